import type { ShapeName } from './shapes.js';

const definition = {
  name: 'llama2-7b',
  backend: 'llama-cpp',
  model_path: '/models/llama-2-7b.gguf',
  port: 8081,
  options: { threads: 4, context_size: 2048, gpu_layers: 0 },
  env: {},
  command: null,
  extra_args: [],
  created_at: '2024-01-15T10:30:00Z',
  updated_at: '2024-01-15T12:45:00Z',
};

const running = { ...definition, status: 'running', pid: 12_345, failure: null, last_exit: null };

/** Examples of shapes that say more than one made field by field. */
export const examples: Readonly<Partial<Record<ShapeName, unknown>>> = {
  Alert: {
    id: 'instance_failed:llama2-7b',
    kind: 'instance_failed',
    state: 'raised',
    severity: 'error',
    message: '"llama2-7b" failed: The model file is damaged.',
    instance: 'llama2-7b',
    raised_at: '2024-01-15T14:30:00Z',
  },
  BatchResult: { name: 'llama2-7b', result: 'started' },
  ChangePassword: { password: 'a new password', current_password: 'the old password' },
  ConfigFile: { rate_limit: { regular: 200 }, logs: { max_files: 10 } },
  CreateApiKey: { name: 'webui', scopes: ['read', 'inference'], instances: ['llama2-7b'] },
  CreateInstance: {
    name: 'llama2-7b',
    model_path: '/models/llama-2-7b.gguf',
    port: 8081,
    options: { threads: 4, context_size: 2048, gpu_layers: 0 },
  },
  CreateUser: { username: 'alice', password: 'a long password', role: 'operator' },
  Identity: {
    auth_enabled: true,
    kind: 'user',
    username: 'admin',
    role: 'admin',
    scopes: ['read', 'metrics', 'operate', 'manage', 'inference', 'admin'],
    instances: null,
    expires_at: '2024-01-16T14:30:00Z',
  },
  Instance: running,
  InstanceCounts: { total: 5, running: 3, stopped: 2, starting: 0, stopping: 0, failed: 1 },
  InstanceDetails: {
    ...running,
    stats: { memory_usage: 4_294_967_296, cpu_usage: 25.5, uptime: 3_600 },
  },
  InstanceStats: { memory_usage: 4_294_967_296, cpu_usage: 25.5, uptime: 3_600 },
  LastExit: {
    code: null,
    signal: 'SIGKILL',
    reason: 'It was killed.',
    at: '2024-01-15T14:30:00Z',
    log_tail: ['main: model loaded'],
  },
  LogEntry: {
    seq: 42,
    timestamp: '2024-01-15T14:30:00Z',
    level: 'info',
    message: 'main: model loaded',
  },
  Login: { username: 'admin', password: 'a long password' },
  StopInstance: { force: false, timeout: 30 },
  SystemResources: {
    cpu_usage: 45.2,
    memory_usage: 8_589_934_592,
    memory_total: 17_179_869_184,
    disk_usage: 75.5,
  },
  SystemStatus: {
    version: '1.0.0',
    uptime: 86_400,
    instances: { total: 5, running: 3, stopped: 2, starting: 0, stopping: 0, failed: 1 },
    resources: {
      cpu_usage: 45.2,
      memory_usage: 8_589_934_592,
      memory_total: 17_179_869_184,
      disk_usage: 75.5,
    },
  },
  UpdateInstance: { options: { threads: 8, context_size: 4096 } },
  UpdateUser: { role: 'viewer' },
};
