import { LlamactlError } from '@llamactl/contract';
import type { Handlers } from './handlers.js';

const pending = (): never => {
  throw new LlamactlError('NOT_FOUND', 'Not built yet.');
};

/** Only on this branch, so that parts can be built beside each other; nothing may be left here at the merge. */
export const pendingConfigHandlers = {
  getConfig: pending,
  updateConfig: pending,
} satisfies Partial<Handlers>;
