import type {
  OperationId,
  OperationResponse,
  operations,
  StopInstance,
  SystemStatus,
} from '@llamactl/contract';
import type { Llamactl, StopOptions } from '@llamactl/core';
import type * as z from 'zod/mini';
import type { Accounts } from '../auth/accounts.js';
import { assertListed, type InstanceList, isListed } from '../auth/credential.js';
import { hideOthers } from '../auth/hide-others.js';
import type { ConfigKeeper } from '../config/config-keeper.js';
import type { Gateway } from '../gateway/create-gateway.js';
import { systemInfo } from '../system/system-info.js';
import { createAuthHandlers } from './auth-handlers.js';
import { createConfigHandlers } from './config-handlers.js';
import type { LogFollowing } from './log-stream/follow-log.js';
import type { Caller, StreamAnswer } from './stream-answer.js';
import type { RequestPart } from './validation/validators.js';

type Part<Id extends OperationId, Name extends RequestPart> =
  (typeof operations)[Id] extends Record<Name, infer Schema extends z.ZodMiniType>
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
  readonly systemStatus: (instances: InstanceList) => SystemStatus;
  readonly followLog: LogFollowing;
  /** null while authentication is off. */
  readonly accounts: Accounts | null;
  readonly config: ConfigKeeper;
  readonly gateway: Pick<Gateway, 'list' | 'cancel'>;
}

/** The handlers of a server over one core. */
export function createHandlers(context: HandlerContext): Handlers {
  const { llamactl, isStopping, systemStatus, followLog, accounts, gateway } = context;
  return {
    getHealth: () => ({ status: isStopping() ? 'stopping' : 'ok' }),
    getReady: () => ({ status: 'ready' }),
    listInstances: (_, { credential }) => ({
      instances: llamactl.list().filter(({ name }) => isListed(credential.instances, name)),
    }),
    createInstance: async ({ body }, { credential }) => {
      assertListed(credential, body.name);
      const instance = await hideOthers(credential.instances, () => llamactl.create(body));
      return { message: 'Instance created successfully', instance };
    },
    getInstance: ({ params }) => llamactl.get(params.name),
    updateInstance: async ({ params, body }, { credential }) => {
      const update = () => llamactl.update(params.name, body);
      const updated = await hideOthers(credential.instances, update);
      return { message: 'Instance updated successfully', ...updated };
    },
    deleteInstance: async ({ params }) => {
      await llamactl.remove(params.name);
      return { message: 'Instance deleted successfully' };
    },
    startInstance: async ({ params }) => {
      await llamactl.start(params.name);
      return { message: 'Instance start initiated', status: 'starting' };
    },
    stopInstance: async ({ params, body }) => {
      const { status } = await llamactl.stop(params.name, stopOptions(body));
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
    startAllInstances: async (_, { credential }) => ({
      message: 'Start of all instances initiated',
      results: await llamactl.startAll(onlyListed(credential)),
    }),
    stopAllInstances: async ({ body }, { credential }) => ({
      message: 'Stop of all instances initiated',
      results: await llamactl.stopAll({ ...stopOptions(body), ...onlyListed(credential) }),
    }),
    listRequests: (_, { credential }) => ({ requests: gateway.list(credential) }),
    cancelRequest: ({ params }, { credential }) => {
      gateway.cancel(params.id, credential);
      return { message: 'Request cancelled' };
    },
    getSystemStatus: (_, { credential }) => systemStatus(credential.instances),
    getSystemInfo: () => systemInfo(),
    ...createAuthHandlers(accounts),
    ...createConfigHandlers(context.config),
  };
}

function stopOptions({ force = false, timeout }: StopInstance): StopOptions {
  return { force, ...(timeout !== undefined && { timeoutMs: timeout * 1_000 }) };
}

function onlyListed({ instances }: Caller['credential']) {
  return { only: (name: string) => isListed(instances, name) };
}
