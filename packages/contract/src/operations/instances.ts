import * as z from 'zod/mini';
import { batchResultsSchema } from '../batch.js';
import { instanceHealthSchema } from '../health.js';
import {
  createInstanceSchema,
  instanceDetailsSchema,
  instanceSchema,
  stopInstanceSchema,
  updateInstanceSchema,
} from '../instance.js';
import { logEntrySchema, logQuerySchema, logsSchema } from '../log.js';
import type { Operation } from '../operation.js';
import { definitionErrors, startErrors } from '../operation-errors.js';
import { instanceNameSchema } from '../primitives.js';
import { message } from './message.js';

const byName = z.strictObject({ name: instanceNameSchema });

/** Instances, one by one and all at once. */
export const instanceOperations = {
  listInstances: {
    method: 'GET',
    path: '/api/instances',
    summary: 'All instances, in the order of their names.',
    access: 'read',
    status: 200,
    response: z.object({
      instances: z
        .array(instanceSchema)
        .check(z.meta({ description: 'All instances, in the order of their names.' })),
    }),
    errors: [],
  },
  createInstance: {
    method: 'POST',
    path: '/api/instances',
    summary: 'Define an instance; it is not started.',
    access: 'manage',
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
    access: 'read',
    params: byName,
    status: 200,
    response: instanceDetailsSchema,
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND'],
  },
  updateInstance: {
    method: 'PUT',
    path: '/api/instances/{name}',
    summary: 'Change an instance; a running one keeps running as it was started.',
    access: 'manage',
    params: byName,
    body: updateInstanceSchema,
    status: 200,
    response: z.object({
      message: message('Instance updated successfully'),
      instance: instanceSchema,
      restart_required: z.boolean().check(
        z.meta({
          description: 'Whether the instance runs with older settings until it is restarted.',
        }),
      ),
    }),
    errors: [...definitionErrors, 'INSTANCE_NOT_FOUND', 'INSTANCE_EXISTS'],
  },
  deleteInstance: {
    method: 'DELETE',
    path: '/api/instances/{name}',
    summary: 'Forget a stopped instance, with its logs.',
    access: 'manage',
    params: byName,
    status: 200,
    response: z.object({ message: message('Instance deleted successfully') }),
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND', 'INSTANCE_NOT_STOPPED'],
  },
  startInstance: {
    method: 'POST',
    path: '/api/instances/{name}/start',
    summary: 'Start an instance; answers at once while it loads.',
    access: 'operate',
    rate: 'intensive',
    params: byName,
    status: 200,
    response: z.object({
      message: message('Instance start initiated'),
      status: z.literal('starting').check(z.meta({ description: 'State of the instance now.' })),
    }),
    errors: [...startErrors, 'INSTANCE_ALREADY_RUNNING'],
  },
  stopInstance: {
    method: 'POST',
    path: '/api/instances/{name}/stop',
    summary: 'Stop an instance; answers at once while it goes on.',
    access: 'operate',
    params: byName,
    body: stopInstanceSchema,
    bodyOptional: true,
    status: 200,
    response: z.object({
      message: message('Instance stop initiated'),
      status: z.enum(['stopping', 'stopped']).check(
        z.meta({
          description: 'stopped for one that had no process any more: a failed one.',
        }),
      ),
    }),
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND', 'INSTANCE_NOT_RUNNING'],
  },
  restartInstance: {
    method: 'POST',
    path: '/api/instances/{name}/restart',
    summary: 'Stop an instance if need be, then start it.',
    access: 'operate',
    rate: 'intensive',
    params: byName,
    status: 200,
    response: z.object({
      message: message('Instance restart initiated'),
      status: z.enum(['stopping', 'starting']).check(
        z.meta({
          description: 'stopping while its processes end; it is started then.',
        }),
      ),
    }),
    errors: startErrors,
  },
  getInstanceHealth: {
    method: 'GET',
    path: '/api/instances/{name}/health',
    summary: 'Check process, port and response of an instance now.',
    access: 'read',
    params: byName,
    status: 200,
    response: instanceHealthSchema,
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND'],
  },
  getInstanceLogs: {
    method: 'GET',
    path: '/api/instances/{name}/logs',
    summary: "The newest lines of an instance's log, oldest first.",
    access: 'read',
    params: byName,
    query: logQuerySchema,
    status: 200,
    response: logsSchema,
    stream: logEntrySchema,
    errors: ['INVALID_NAME', 'INSTANCE_NOT_FOUND', 'TOO_MANY_FOLLOWS'],
  },
  startAllInstances: {
    method: 'POST',
    path: '/api/instances/start-all',
    summary: 'Start every stopped or failed instance, a few at a time; answers at once.',
    access: 'operate',
    rate: 'intensive',
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
    access: 'operate',
    rate: 'intensive',
    body: stopInstanceSchema,
    bodyOptional: true,
    status: 200,
    response: z.object({
      message: message('Stop of all instances initiated'),
      results: batchResultsSchema,
    }),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
