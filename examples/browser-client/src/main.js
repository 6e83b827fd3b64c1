// @ts-check
// The instances of a server in a page: what they are doing, as it happens, and a button to start or stop each.
import { ApiError, LlamactlClient } from '@llamactl/client';
import { element } from './element.js';
import { InstanceList } from './instance-list.js';
import { askForLogin } from './login.js';

const key = 'llamactl-session';
const kept = sessionStorage.getItem(key);
const client = new LlamactlClient({
  baseUrl: location.origin,
  session: kept === null ? undefined : JSON.parse(kept),
  // Told of each login and refresh, so that a reload of the page goes on without a password.
  onToken(session) {
    if (session === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(session));
  },
});

const connection = element('#connection', HTMLElement);
const logout = element('#logout', HTMLButtonElement);
logout.addEventListener('click', () => client.logout().finally(() => location.reload()));

for (;;) {
  try {
    const { auth_enabled, scopes } = await client.getIdentity();
    logout.hidden = !auth_enabled;
    await follow(new InstanceList(client, scopes.includes('operate')));
  } catch (error) {
    logout.hidden = true;
    if (!ApiError.is(error) || error.status !== 401) {
      tell(error instanceof Error ? error.message : String(error));
      break;
    }
    tell('');
    await askForLogin(client);
  }
}

/**
 * Shows every change until the credential ends.
 * @param {InstanceList} list
 */
async function follow(list) {
  try {
    for await (const message of client.events({ onRetry: () => tell('connecting …') })) {
      tell('live');
      list.take(message);
    }
  } finally {
    list.clear();
  }
}

/** @param {string} text How it stands with the connection. */
function tell(text) {
  connection.textContent = text;
  connection.classList.toggle('live', text === 'live');
}
