import { LlamactlClient } from '@llamactl/client';
import type { Flags } from '../arguments/flags.js';
import type { Command } from '../command.js';
import type { Env } from '../io.js';
import { configFolder } from './config-folder.js';
import type { KeptLogin } from './kept-login.js';
import { createSessionStore } from './session-store.js';

const defaultServer = 'http://localhost:8080';

/** A client for the server that is meant, as whoever is meant: by the environment, else by the kept login. */
export function connect(
  { isAboutLogin }: Pick<Command, 'isAboutLogin'>,
  flags: Flags,
  env: Env,
): { readonly client: LlamactlClient; readonly login: KeptLogin } {
  const baseUrl = flags.text('server') ?? (env.LLAMACTL_URL || defaultServer);
  const { baseUrl: server } = new LlamactlClient({ baseUrl });
  const store = createSessionStore(configFolder(env));
  const session = store.read(server);
  const hiddenBy = overrideIn(env);
  const login = { server, isKept: session !== undefined, hiddenBy };
  if (hiddenBy !== null && isAboutLogin !== true) {
    const credential = env[hiddenBy];
    const isKey = hiddenBy === 'LLAMACTL_API_KEY';
    const given = isKey ? { apiKey: credential } : { token: credential };
    return { client: new LlamactlClient({ baseUrl, ...given }), login };
  }
  const onToken = store.write.bind(null, server);
  return { client: new LlamactlClient({ baseUrl, session, onToken }), login };
}

function overrideIn(env: Env): KeptLogin['hiddenBy'] {
  if (env.LLAMACTL_TOKEN) return 'LLAMACTL_TOKEN';
  return env.LLAMACTL_API_KEY ? 'LLAMACTL_API_KEY' : null;
}
