// @ts-check
import * as sdk from '@llamactl/client';
import { clientScenario } from './client-scenario.mjs';

/** @param {import('./client-scenario.mjs').Server} server */
export function runScenario(server) {
  return clientScenario(sdk, server);
}
