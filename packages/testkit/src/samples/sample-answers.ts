import type { ApiKey, OperationId, OperationResponse, User } from '@llamactl/contract';
import { sampleConfig } from './sample-config.js';
import { sampleInstance } from './sample-instance.js';

const { stats: _, ...listed } = sampleInstance();

const user: User = {
  username: 'admin',
  role: 'admin',
  created_at: '2024-01-15T10:30:00Z',
  updated_at: '2024-01-15T12:45:00Z',
};

const apiKey: ApiKey = {
  id: 'k1',
  name: 'webui',
  hint: 'llk_3f9a',
  username: 'admin',
  scopes: ['read', 'inference'],
  instances: null,
  created_at: '2024-01-15T10:30:00Z',
  expires_at: null,
  last_used_at: '2024-01-15T12:45:00Z',
};

const token = { token: 'sample.token.1', expires_at: '2099-01-16T14:30:00Z' };

/** A right answer to each operation of the API. */
export const sampleAnswers: { readonly [Id in OperationId]: OperationResponse<Id> } = {
  getHealth: { status: 'ok' },
  getReady: { status: 'ready' },
  getSystemStatus: {
    version: '1.2.3',
    uptime: 3_900,
    instances: { total: 5, running: 2, stopped: 2, starting: 1, stopping: 0, failed: 1 },
    resources: {
      cpu_usage: 12.5,
      memory_usage: 4_294_967_296,
      memory_total: 17_179_869_184,
      disk_usage: null,
    },
  },
  getSystemInfo: {
    hostname: 'box',
    os: 'linux',
    arch: 'amd64',
    cpu_count: 8,
    memory_total: 17_179_869_184,
    version: '1.2.3',
    build_time: null,
  },
  listInstances: { instances: [listed] },
  createInstance: { message: 'Instance created successfully', instance: listed },
  getInstance: sampleInstance({
    status: 'running',
    pid: 12345,
    stats: { memory_usage: 4_294_967_296, cpu_usage: 25.5, uptime: 3600 },
  }),
  updateInstance: {
    message: 'Instance updated successfully',
    instance: listed,
    restart_required: true,
  },
  deleteInstance: { message: 'Instance deleted successfully' },
  startInstance: { message: 'Instance start initiated', status: 'starting' },
  stopInstance: { message: 'Instance stop initiated', status: 'stopping' },
  restartInstance: { message: 'Instance restart initiated', status: 'stopping' },
  getInstanceHealth: {
    status: 'healthy',
    checks: { process: 'running', port: 'open', response: 'ok' },
    last_check: '2024-01-15T14:30:00Z',
  },
  getInstanceLogs: {
    logs: [
      {
        seq: 1,
        timestamp: '2024-01-15T14:30:00Z',
        level: 'info',
        message: 'Model loaded successfully',
      },
    ],
  },
  startAllInstances: {
    message: 'Start of all instances initiated',
    results: [
      { name: 'a', result: 'started' },
      { name: 'b', result: 'queued' },
      { name: 'c', result: 'skipped' },
      { name: 'd', result: 'error', code: 'MODEL_NOT_FOUND' },
    ],
  },
  stopAllInstances: {
    message: 'Stop of all instances initiated',
    results: [
      { name: 'a', result: 'stopping' },
      { name: 'b', result: 'skipped' },
    ],
  },
  listRequests: {
    requests: [
      {
        id: '4f1c2a',
        instance: 'llama2-7b',
        method: 'POST',
        path: '/v1/chat/completions',
        state: 'answering',
        started_at: '2024-01-15T14:30:00Z',
        first_token_ms: 182.4,
      },
    ],
  },
  cancelRequest: { message: 'Request cancelled' },
  getConfig: sampleConfig(),
  updateConfig: {
    message: 'Configuration updated successfully',
    config: sampleConfig({ rate_limit: { enabled: true, regular: 200, intensive: 10 } }),
    changed: ['rate_limit.regular'],
    overridden: [{ path: 'server.port', by: 'environment' }],
    restart_required: true,
  },
  login: token,
  refreshToken: { ...token, token: 'sample.token.2' },
  logout: { message: 'Logged out successfully' },
  getIdentity: {
    auth_enabled: true,
    kind: 'user',
    username: 'admin',
    role: 'admin',
    scopes: ['read', 'metrics', 'operate', 'manage', 'inference', 'admin'],
    instances: null,
    expires_at: token.expires_at,
  },
  listUsers: { users: [user] },
  createUser: { message: 'User created successfully', user },
  updateUser: { message: 'User updated successfully', user },
  deleteUser: { message: 'User deleted successfully' },
  changePassword: { message: 'Password changed successfully' },
  listApiKeys: { keys: [apiKey] },
  createApiKey: {
    message: 'API key created successfully',
    key: 'llk_3f9a0123456789abcdef',
    api_key: apiKey,
  },
  deleteApiKey: { message: 'API key deleted successfully' },
};
