import type { OperationId, OperationResponse, operations, SystemStatus } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import type * as z from 'zod';
import type { Gateway } from '../gateway/create-gateway.js';
import { systemInfo } from '../system/system-info.js';
import type { LogFollowing } from './log-stream/follow-log.js';
import { pendingAuthHandlers, pendingConfigHandlers } from './pending-handlers.js';
import type { Caller, StreamAnswer } from './stream-answer.js';
import type { RequestPart } from './validation/validators.js';

type Part<Id extends OperationId, Name extends RequestPart> =
  (typeof operations)[Id] extends Record<Name, infer Schema extends z.ZodType>
    ? z.input<Schema>
    : undefined;

/** The checked request of an operation. */
export type OperationRequest<Id extends OperationId> = {
  readonly [Name in RequestPart]: Part<Id, Name>;
};

type Answer<Id extends OperationId> =
  | OperationResponse<Id>
  | (Id extends 'getInstanceLogs' ? StreamAnswer : never);

/** Turns a checked request into the body of the answer. */
export type Handler<Id extends OperationId> = (
  request: OperationRequest<Id>,
  caller: Caller,
) => Answer<Id> | Promise<Answer<Id>>;

/** A handler for every operation of the contract. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };

/** What the handlers work on. */
export interface HandlerContext {
  readonly llamactl: Llamactl;
  readonly isStopping: () => boolean;
  readonly systemStatus: () => SystemStatus;
  readonly followLog: LogFollowing;
  readonly gateway: Pick<Gateway, 'list' | 'cancel'>;
}

/** The handlers of a server over one core. */
export function createHandlers(context: HandlerContext): Handlers {
  const { llamactl, isStopping, systemStatus, followLog, gateway } = context;
  return {
    getHealth: () => ({ status: isStopping() ? 'stopping' : 'ok' }),
    getReady: () => ({ status: 'ready' }),
    listInstances: () => ({ instances: llamactl.list() }),
    createInstance: async ({ body }) => ({
      message: 'Instance created successfully',
      instance: await llamactl.create(body),
    }),
    getInstance: ({ params }) => llamactl.get(params.name),
    updateInstance: async ({ params, body }) => ({
      message: 'Instance updated successfully',
      ...(await llamactl.update(params.name, body)),
    }),
    deleteInstance: async ({ params }) => {
      await llamactl.remove(params.name);
      return { message: 'Instance deleted successfully' };
    },
    startInstance: async ({ params }) => {
      await llamactl.start(params.name);
      return { message: 'Instance start initiated', status: 'starting' };
    },
    stopInstance: async ({ params, body }) => {
      const { force = false, timeout } = body;
      const limit = timeout === undefined ? {} : { timeoutMs: timeout * 1_000 };
      const { status } = await llamactl.stop(params.name, { force, ...limit });
      const shown = status === 'stopped' ? status : 'stopping';
      return { message: 'Instance stop initiated', status: shown };
    },
    restartInstance: async ({ params }) => {
      const { status } = await llamactl.restart(params.name);
      const shown = status === 'stopping' ? status : 'starting';
      return { message: 'Instance restart initiated', status: shown };
    },
    getInstanceHealth: ({ params }) => llamactl.health(params.name),
    getInstanceLogs: async ({ params, query }, caller) => {
      const { follow = false, ...range } = query;
      if (follow) return followLog(params.name, range, caller);
      return { logs: await llamactl.logs(params.name, range) };
    },
    startAllInstances: async () => ({
      message: 'Start of all instances initiated',
      results: await llamactl.startAll(),
    }),
    stopAllInstances: async () => ({
      message: 'Stop of all instances initiated',
      results: await llamactl.stopAll(),
    }),
    listRequests: () => ({ requests: gateway.list() }),
    cancelRequest: ({ params }) => {
      gateway.cancel(params.id);
      return { message: 'Request cancelled' };
    },
    getSystemStatus: () => systemStatus(),
    getSystemInfo: () => systemInfo(),
    ...pendingAuthHandlers,
    ...pendingConfigHandlers,
  };
}
