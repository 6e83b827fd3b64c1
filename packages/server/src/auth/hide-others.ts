import { LlamactlError } from '@llamactl/contract';
import type { InstanceList } from './credential.js';

/** What conflicts are told as to whoever may not know of all instances, as core names the other one. */
const withoutNames = {
  INSTANCE_EXISTS: 'The name or one of the aliases is taken',
  PORT_IN_USE: 'The port is in use',
};

/** Does something with a definition; no error of it names an instance outside the list. */
export async function hideOthers<T>(list: InstanceList, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (list === null || !(error instanceof LlamactlError)) throw error;
    const code = error.code as keyof typeof withoutNames;
    if (!Object.hasOwn(withoutNames, code)) throw error;
    throw new LlamactlError(code, withoutNames[code], { details: 'Choose a different one.' });
  }
}
