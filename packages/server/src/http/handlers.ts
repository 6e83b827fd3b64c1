import type { OperationId, OperationResponse, operations } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import type * as z from 'zod';
import type { RequestPart } from './validation/validators.js';

type Part<Id extends OperationId, Name extends RequestPart> =
  (typeof operations)[Id] extends Record<Name, infer Schema extends z.ZodType>
    ? z.infer<Schema>
    : undefined;

/** The checked request of an operation. */
export type OperationRequest<Id extends OperationId> = {
  readonly [Name in RequestPart]: Part<Id, Name>;
};

/** Turns a checked request into the body of the answer. */
export type Handler<Id extends OperationId> = (
  request: OperationRequest<Id>,
) => OperationResponse<Id> | Promise<OperationResponse<Id>>;

/** A handler for every operation of the contract. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };

/** The handlers of a server over one core. */
export function createHandlers(llamactl: Llamactl, isStopping: () => boolean): Handlers {
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
      await llamactl.stop(params.name, { force, ...limit });
      return { message: 'Instance stop initiated', status: 'stopping' };
    },
    restartInstance: async ({ params }) => {
      const { status } = await llamactl.restart(params.name);
      const shown = status === 'stopping' ? status : 'starting';
      return { message: 'Instance restart initiated', status: shown };
    },
    getInstanceHealth: ({ params }) => llamactl.health(params.name),
    getInstanceLogs: async ({ params, query }) => ({
      logs: await llamactl.logs(params.name, query),
    }),
  };
}
