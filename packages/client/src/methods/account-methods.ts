import type {
  ApiKey,
  ChangePassword,
  CreateApiKey,
  CreateUser,
  UpdateUser,
  User,
} from '@llamactl/contract';
import type { RequestOptions } from '../options.js';
import { SessionMethods } from './session-methods.js';

/** The part of the client that is about users and API keys. */
export class AccountMethods extends SessionMethods {
  /**
   * All users, in the order of their names. Needs admin.
   *
   * @throws ApiError FORBIDDEN, AUTH_DISABLED
   * @example
   * ```ts
   * for (const { username, role } of await client.listUsers()) console.log(username, role);
   * ```
   */
  async listUsers(options?: RequestOptions): Promise<User[]> {
    const { users } = await this.call('listUsers', {}, options);
    return users;
  }

  /**
   * Adds a user. Needs admin.
   *
   * @throws ApiError USER_EXISTS, VALIDATION_FAILED, FORBIDDEN, AUTH_DISABLED
   * @example
   * ```ts
   * await client.createUser({ username: 'anna', password: 'at least 8 characters', role: 'operator' });
   * ```
   */
  async createUser(input: CreateUser, options?: RequestOptions): Promise<User> {
    const { user } = await this.call('createUser', { body: input }, options);
    return user;
  }

  /**
   * Changes the role of a user, whose sessions end. Needs admin.
   *
   * @throws ApiError USER_NOT_FOUND, LAST_ADMIN, FORBIDDEN, AUTH_DISABLED
   * @example
   * ```ts
   * const { role } = await client.updateUser('anna', { role: 'viewer' });
   * ```
   */
  async updateUser(username: string, changes: UpdateUser, options?: RequestOptions): Promise<User> {
    const { user } = await this.call('updateUser', { username, body: changes }, options);
    return user;
  }

  /**
   * Removes a user with all sessions and keys. Needs admin.
   *
   * @throws ApiError USER_NOT_FOUND, LAST_ADMIN, FORBIDDEN, AUTH_DISABLED
   * @example
   * ```ts
   * await client.deleteUser('anna');
   * ```
   */
  async deleteUser(username: string, options?: RequestOptions): Promise<void> {
    await this.call('deleteUser', { username }, options);
  }

  /**
   * Sets a password: one's own, with the one until now, or, as an admin, anybody's. All sessions of that user end.
   * After a change of one's own, this client's session is over too: log in again with the new password.
   *
   * @throws ApiError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, USER_NOT_FOUND, VALIDATION_FAILED, FORBIDDEN, AUTH_DISABLED
   * @example
   * ```ts
   * const passwords = { current_password: 'the old one', password: 'the new one, longer' };
   * await client.changePassword('anna', passwords);
   * await client.login('anna', passwords.password);
   * ```
   */
  async changePassword(
    username: string,
    input: ChangePassword,
    options?: RequestOptions,
  ): Promise<void> {
    await this.call('changePassword', { username, body: input }, options);
  }

  /**
   * API keys: one's own; admins see all.
   *
   * @throws ApiError FORBIDDEN, AUTH_DISABLED
   * @example
   * ```ts
   * const unused = (await client.listApiKeys()).filter(({ last_used_at }) => last_used_at === null);
   * ```
   */
  async listApiKeys(options?: RequestOptions): Promise<ApiKey[]> {
    const { keys } = await this.call('listApiKeys', {}, options);
    return keys;
  }

  /**
   * Makes an API key. The key itself, `key`, is shown this once.
   *
   * @throws ApiError VALIDATION_FAILED, FORBIDDEN (more than one is allowed oneself), AUTH_DISABLED
   * @example
   * ```ts
   * const { key } = await client.createApiKey({ name: 'webui', scopes: ['inference'] });
   * console.log(`Put this into the app, it is not shown again: ${key}`);
   * ```
   */
  async createApiKey(
    input: CreateApiKey,
    options?: RequestOptions,
  ): Promise<{ key: string; api_key: ApiKey }> {
    const { key, api_key } = await this.call('createApiKey', { body: input }, options);
    return { key, api_key };
  }

  /**
   * Revokes an API key, by its `id`; it is dead at once.
   *
   * @throws ApiError KEY_NOT_FOUND, FORBIDDEN, AUTH_DISABLED
   * @example
   * ```ts
   * const { api_key } = await client.createApiKey({ name: 'trial', scopes: ['read'] });
   * await client.deleteApiKey(api_key.id);
   * ```
   */
  async deleteApiKey(id: string, options?: RequestOptions): Promise<void> {
    await this.call('deleteApiKey', { id }, options);
  }
}
