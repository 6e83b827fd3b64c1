import type * as z from 'zod/mini';
import { authOperations } from './operations/auth.js';
import { configOperations } from './operations/config.js';
import { instanceOperations } from './operations/instances.js';
import { requestOperations } from './operations/requests.js';
import { systemOperations } from './operations/system.js';

/**
 * Every operation of the API by its id, which is also the name of the client's method.
 *
 * @example
 * ```ts
 * import { operations } from '@llamactl/client';
 *
 * for (const [id, { method, path }] of Object.entries(operations)) console.log(id, method, path);
 * ```
 */
export const operations = {
  ...systemOperations,
  ...instanceOperations,
  ...requestOperations,
  ...configOperations,
  ...authOperations,
};

export type OperationId = keyof typeof operations;

/** What an operation takes and gives, by its id. */
export type OperationResponse<Id extends OperationId> = z.infer<
  (typeof operations)[Id]['response']
>;
