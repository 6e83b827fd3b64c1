import type { Config } from '@llamactl/contract';
import { backendAuthOf } from './core-options.js';

/** Whether the API may be reached from beyond this machine: callers are asked who they are, or need not be. */
export function mayServeOthers({ auth }: Config): boolean {
  return auth.enabled || auth.allow_insecure;
}

/** Whether the ports of instances may be reached from beyond this machine. */
export function mayShareInstances(config: Config): boolean {
  return backendAuthOf(config) !== 'none' || config.auth.allow_insecure;
}
