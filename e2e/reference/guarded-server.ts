import { freePort } from '@llamactl/testkit';
import { curl } from '../system/curl.js';
import { type ServedSystem, serve } from '../system/serve.js';
import type { StandIn } from './stand-in.js';

/** A server that asks for credentials, and what stands in for those of the reference. */
export interface GuardedServer extends AsyncDisposable {
  readonly url: string;
  readonly stand: StandIn;
}

/** Starts one with these settings, and logs its admin in with the password that it has printed. */
export async function guardedServer(
  settings: Readonly<Record<string, string>>,
): Promise<GuardedServer> {
  const system = await serve(undefined, settings);
  try {
    return { ...(await logIn(system)), [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]() };
  } catch (error) {
    await system[Symbol.asyncDispose]();
    throw error;
  }
}

async function logIn({ url, program, model }: ServedSystem) {
  const [, password = ''] = /^admin password: (\S+)$/m.exec(program.stdout) ?? [];
  const credentials = JSON.stringify({ username: 'admin', password });
  const json = ['-H', 'Content-Type: application/json'];
  const { body } = await curl('-X', 'POST', `${url}/api/auth/login`, ...json, '-d', credentials);
  return { url, stand: { model, port: await freePort(), password, token: String(body.token) } };
}
