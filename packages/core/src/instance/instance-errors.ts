import { LlamactlError } from '@llamactl/contract';
import { shortened } from '../support/shortened.js';

/** The error for a name that no instance has. */
export function instanceNotFound(name: string): LlamactlError {
  return new LlamactlError('INSTANCE_NOT_FOUND', `There is no instance "${shortened(name)}"`, {
    details: 'List the instances to see their names.',
  });
}

/** The error for a name that is taken. */
export function instanceExists(name: string): LlamactlError {
  return new LlamactlError('INSTANCE_EXISTS', `There is an instance "${shortened(name)}" already`, {
    details:
      'Choose another name (upper and lower case are the same), or delete that instance first.',
  });
}

const conflicts = {
  INSTANCE_ALREADY_RUNNING: ['is running already', 'Restart it to apply changed settings.'],
  INSTANCE_STOPPING: ['is being stopped', 'Wait until it is stopped, then start it.'],
  INSTANCE_NOT_RUNNING: ['is not running', 'It has no process.'],
  INSTANCE_NOT_STOPPED: ['is not stopped', 'Stop it first.'],
} as const;

/** The error for an operation that the state of an instance does not allow. */
export function stateConflict(code: keyof typeof conflicts, name: string): LlamactlError {
  const [what, details] = conflicts[code];
  return new LlamactlError(code, `The instance "${shortened(name)}" ${what}`, { details });
}

/** The error of whatever is asked for after the end has begun. */
export function shuttingDown(): LlamactlError {
  return new LlamactlError('SHUTTING_DOWN', 'Llamactl is stopping', {
    details: 'Try again when it is started anew.',
  });
}
