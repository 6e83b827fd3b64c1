import type { ConfigUpdate } from '@llamactl/client';
import { printable } from './printable.js';

const sources = {
  app: 'the app that the server is part of',
  environment: 'the environment',
  flag: 'the command line of the server',
} as const;

/** What a change of the configuration came to. */
export function configUpdateText({ changed, overridden, restart_required }: ConfigUpdate): string {
  const lines = [
    ...changed.map((path) => `Changed ${printable(path)}.`),
    ...overridden.map(
      ({ path, by }) => `${printable(path)} has no effect: ${sources[by]} says otherwise.`,
    ),
    ...(changed.length === 0 ? ['Nothing changed.'] : []),
    ...(restart_required ? ['Restart the server for it.'] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
