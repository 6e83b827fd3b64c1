import type { Identity, Logout } from '@llamactl/contract';
import type { Session } from '../credentials/session.js';
import { ApiError } from '../errors/api-error.js';
import type { RequestOptions } from '../options.js';
import { OperationCaller } from './operation-caller.js';

/** The part of the client that is about who it is. */
export class SessionMethods extends OperationCaller {
  /**
   * Trades a name and a password for a session. The client keeps it in memory and sends its token from then on,
   * before any `token` or `apiKey` that it was made with. It refreshes the token by itself: a request that finds
   * the last fifth of its time begun, or its last five minutes, trades it first, once for all requests that go
   * out together. There is no timer; a session that nothing uses until its end is over.
   *
   * @throws ApiError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS (`retryAfterMs` says when), AUTH_DISABLED
   * @example
   * ```ts
   * import { ApiError } from '@llamactl/client';
   *
   * try {
   *   await client.login('admin', 'the password');
   * } catch (error) {
   *   if (!ApiError.is(error, 'AUTH_DISABLED')) throw error;
   *   console.log('Everybody may do everything here.');
   * }
   * ```
   */
  async login(username: string, password: string, options?: RequestOptions): Promise<Session> {
    const answer = await this.ask('login', { body: { username, password } }, options);
    return this.connection.credentials.keep(answer.data, answer);
  }

  /**
   * Trades the token for one that lasts longer, now; as a rule the client does so by itself. The new one is kept as
   * after a login, also when the client was made with a `token`.
   *
   * @throws ApiError UNAUTHORIZED, TOKEN_EXPIRED, FORBIDDEN (of an API key), AUTH_DISABLED
   * @example
   * ```ts
   * const { expires_at } = await client.refreshToken();
   * console.log(`Logged in until ${expires_at}.`);
   * ```
   */
  async refreshToken(options?: RequestOptions): Promise<Session> {
    const { credentials } = this.connection;
    const before = credentials.session;
    const answer = await this.ask('refreshToken', {}, options);
    // Who has logged out meanwhile wants no session.
    const isOver = before !== null && credentials.session === null;
    return isOver ? answer.data : credentials.keep(answer.data, answer);
  }

  /**
   * Ends the session, or all sessions of its user. The client forgets its token in any case, also when the server
   * cannot be reached: then the call rejects, and the token is good on the server until it expires. A session that
   * was over already is no error. The `token` or `apiKey` that the client was made with counts again.
   *
   * @throws ApiError AUTH_DISABLED, FORBIDDEN (of an API key); ConnectionError and whatever else kept the server from ending it
   * @example
   * ```ts
   * await client.logout({ everywhere: true });
   * ```
   */
  async logout(how?: Logout, options?: RequestOptions): Promise<void> {
    try {
      await this.call('logout', { body: how }, options);
    } catch (error) {
      if (!ApiError.is(error) || error.status !== 401) throw error;
    } finally {
      this.connection.credentials.forget();
    }
  }

  /**
   * Who is asking, as the server sees it, and what is allowed.
   *
   * @throws ApiError UNAUTHORIZED, TOKEN_EXPIRED
   * @example
   * ```ts
   * const { username, scopes } = await client.getIdentity();
   * console.log(username ?? 'anybody', 'may', scopes.join(', '));
   * ```
   */
  getIdentity(options?: RequestOptions): Promise<Identity> {
    return this.call('getIdentity', {}, options);
  }
}
