import * as z from 'zod';
import { batchResultsSchema } from './batch.js';
import type { ErrorCode } from './error-code.js';
import { instanceHealthSchema, serverHealthSchema } from './health.js';
import {
  createInstanceSchema,
  instanceDetailsSchema,
  instanceSchema,
  stopInstanceSchema,
  updateInstanceSchema,
} from './instance.js';
import { logQuerySchema, logsSchema } from './log.js';
import { instanceNameSchema } from './primitives.js';
import { systemInfoSchema, systemStatusSchema } from './system.js';

/** One row of the table: everything that a server, a client and a document need to know of an operation. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Whether a request without a body is right. Only with `body`. */
  readonly bodyOptional?: boolean;
  /** Status of success. */
  readonly status: 200 | 201;
  readonly response: z.ZodType;
  /** Codes that this operation can answer with, beside those of every operation. */
  readonly errors: readonly ErrorCode[];
}

const byName = z.strictObject({ name: instanceNameSchema });
const message = <const T extends string>(text: T) => z.literal(text);

const definitionErrors = [
  'INVALID_NAME',
  'UNKNOWN_BACKEND',
  'UNKNOWN_OPTION',
  'INVALID_OPTION',
  'OPTION_MANAGED',
  'OPTION_FORBIDDEN',
  'ENV_FORBIDDEN',
  'COMMAND_FORBIDDEN',
  'MODEL_NOT_FOUND',
  'MODEL_PATH_FORBIDDEN',
  'PORT_IN_USE',
  'RESOURCE_EXHAUSTED',
] as const satisfies readonly ErrorCode[];

const startErrors = [
  'INVALID_NAME',
  'INSTANCE_NOT_FOUND',
  'BACKEND_NOT_FOUND',
  'MODEL_NOT_FOUND',
  'MODEL_PATH_FORBIDDEN',
  'INSTANCE_STOPPING',
  'PORT_IN_USE',
  'RESOURCE_EXHAUSTED',
] as const satisfies readonly ErrorCode[];

/** Codes that any request can be answered with, whatever the operation. */
export const commonErrors = [
  'HOST_FORBIDDEN',
  'ORIGIN_FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'INVALID_REQUEST',
  'VALIDATION_FAILED',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'HEADERS_TOO_LARGE',
  'INTERNAL_ERROR',
  'STORAGE_ERROR',
  'STORAGE_FULL',
  'SHUTTING_DOWN',
] as const satisfies readonly ErrorCode[];

/** Every operation of the API by its id, which is also the name of the client's method. */
export const operations = {
  getHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Whether the server answers.',
    status: 200,
    response: serverHealthSchema,
    errors: [],
  },
  getReady: {
    method: 'GET',
    path: '/ready',
    summary: 'Whether the server takes work; 503 while it starts or stops.',
    status: 200,
    response: z.object({ status: z.literal('ready') }),
    errors: ['SHUTTING_DOWN'],
  },
  listInstances: {
    method: 'GET',
    path: '/api/instances',
    summary: 'All instances, in the order of their names.',
    status: 200,
    response: z.object({ instances: z.array(instanceSchema) }),
    errors: [],
  },
  createInstance: {
    method: 'POST',
    path: '/api/instances',
    summary: 'Define an instance; it is not started.',
    body: createInstanceSchema,
    status: 201,
    response: z.object({
      message: message('Instance created successfully'),
      instance: instanceSchema,
    }),
    errors: [...definitionErrors, 'INSTANCE_EXISTS'],
  },
  getInstance: {
    method: 'GET',
    path: '/api/instances/{name}',
    summary: 'One instance with its figures.',
    params: byName,
    status: 200,
    response: instanceDetailsSchema,
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND'],
  },
  updateInstance: {
    method: 'PUT',
    path: '/api/instances/{name}',
    summary: 'Change an instance; a running one keeps running as it was started.',
    params: byName,
    body: updateInstanceSchema,
    status: 200,
    response: z.object({
      message: message('Instance updated successfully'),
      instance: instanceSchema,
      restart_required: z.boolean().meta({
        description: 'Whether the instance runs with older settings until it is restarted.',
      }),
    }),
    errors: [...definitionErrors, 'INSTANCE_NOT_FOUND'],
  },
  deleteInstance: {
    method: 'DELETE',
    path: '/api/instances/{name}',
    summary: 'Forget a stopped instance, with its logs.',
    params: byName,
    status: 200,
    response: z.object({ message: message('Instance deleted successfully') }),
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND', 'INSTANCE_NOT_STOPPED'],
  },
  startInstance: {
    method: 'POST',
    path: '/api/instances/{name}/start',
    summary: 'Start an instance; answers at once while it loads.',
    params: byName,
    status: 200,
    response: z.object({
      message: message('Instance start initiated'),
      status: z.literal('starting'),
    }),
    errors: [...startErrors, 'INSTANCE_ALREADY_RUNNING'],
  },
  stopInstance: {
    method: 'POST',
    path: '/api/instances/{name}/stop',
    summary: 'Stop an instance; answers at once while it goes on.',
    params: byName,
    body: stopInstanceSchema,
    bodyOptional: true,
    status: 200,
    response: z.object({
      message: message('Instance stop initiated'),
      status: z.literal('stopping'),
    }),
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND', 'INSTANCE_NOT_RUNNING'],
  },
  restartInstance: {
    method: 'POST',
    path: '/api/instances/{name}/restart',
    summary: 'Stop an instance if need be, then start it.',
    params: byName,
    status: 200,
    response: z.object({
      message: message('Instance restart initiated'),
      status: z.enum(['stopping', 'starting']),
    }),
    errors: startErrors,
  },
  getInstanceHealth: {
    method: 'GET',
    path: '/api/instances/{name}/health',
    summary: 'Check process, port and response of an instance now.',
    params: byName,
    status: 200,
    response: instanceHealthSchema,
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND'],
  },
  getInstanceLogs: {
    method: 'GET',
    path: '/api/instances/{name}/logs',
    summary: "The newest lines of an instance's log, oldest first.",
    params: byName,
    query: logQuerySchema,
    status: 200,
    response: logsSchema,
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND', 'TOO_MANY_FOLLOWS'],
  },
  startAllInstances: {
    method: 'POST',
    path: '/api/instances/start-all',
    summary: 'Start every stopped or failed instance, a few at a time; answers at once.',
    status: 200,
    response: z.object({
      message: message('Start of all instances initiated'),
      results: batchResultsSchema,
    }),
    errors: [],
  },
  stopAllInstances: {
    method: 'POST',
    path: '/api/instances/stop-all',
    summary:
      'Stop every running or starting instance, and whatever waits to start; answers at once.',
    status: 200,
    response: z.object({
      message: message('Stop of all instances initiated'),
      results: batchResultsSchema,
    }),
    errors: [],
  },
  getSystemStatus: {
    method: 'GET',
    path: '/api/system/status',
    summary: 'State and figures of the server and its machine.',
    status: 200,
    response: systemStatusSchema,
    errors: [],
  },
  getSystemInfo: {
    method: 'GET',
    path: '/api/system/info',
    summary: 'What machine and which build it is.',
    status: 200,
    response: systemInfoSchema,
    errors: [],
  },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;

/** What an operation takes and gives, by its id. */
export type OperationResponse<Id extends OperationId> = z.infer<
  (typeof operations)[Id]['response']
>;
