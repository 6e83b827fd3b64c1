import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { type Config, LlamactlError } from '@llamactl/contract';
import { assertPrivateInstances, listen } from '../http/listen.js';
import type { ConfigProblem } from './config-problem.js';
import { mayServeOthers, mayShareInstances } from './exposure.js';
import type { Reading } from './read-settings.js';

/**
 * What a start with this configuration would be refused for, beside what the schema says: addresses and
 * the data folder. Nothing is made, and no port is taken: it does not matter whether a server is up.
 */
export async function checkStart(
  config: Config,
  { decidingPart }: Pick<Reading, 'decidingPart'>,
): Promise<ConfigProblem[]> {
  const { server, instances, data_dir: dataDir } = config;
  const checks = {
    'server.host': () => tryAddress(server.host, mayServeOthers(config)),
    'instances.host': async () => {
      if (!mayShareInstances(config)) await assertPrivateInstances(instances.host);
    },
    data_dir: async () => {
      if (dataDir !== undefined) await tryFolder(dataDir);
    },
  };
  const problems = Object.entries(checks).map(async ([path, check]): Promise<ConfigProblem[]> => {
    const place = decidingPart(path.split('.'))?.name ?? '';
    const message = await check().then(() => null, whyNot);
    return message === null ? [] : [{ place, path, message }];
  });
  return (await Promise.all(problems)).flat();
}

async function tryAddress(host: string, allowInsecure: boolean): Promise<void> {
  const { servers } = await listen(() => createServer(), { host, port: 0, allowInsecure });
  for (const server of servers) server.close();
}

/** Whether a folder can be used, or made. */
async function tryFolder(path: string, isNeeded = true): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unusable(path, error);
  });
  if (found === null) return tryFolder(dirname(path), false);
  if (!found.isDirectory()) throw unusable(path, Object.assign(new Error(), { code: 'ENOTDIR' }));
  const rights = constants.W_OK | constants.X_OK | (isNeeded ? constants.R_OK : 0);
  await access(path, rights).catch((error) => {
    throw unusable(path, error);
  });
}

function unusable(path: string, { code }: NodeJS.ErrnoException): LlamactlError {
  return new LlamactlError('STORAGE_ERROR', `cannot be used: ${path}: ${code}`);
}

function whyNot(error: unknown): string {
  if (LlamactlError.is(error)) return `${error.message} ${error.details}`.trim();
  throw error;
}
