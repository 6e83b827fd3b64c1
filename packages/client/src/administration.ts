import type {
  ApiKey,
  ChangePassword,
  Config,
  ConfigInput,
  CreateApiKey,
  CreateUser,
  GatewayRequest,
  Identity,
  Logout,
  OperationId,
  OperationResponse,
  Token,
  UpdateUser,
  User,
} from '@llamactl/contract';
import { callOperation, type OperationInput } from './call-operation.js';
import type { RequestOptions } from './options.js';
import type { Http } from './transport/http.js';

/** What a change of the configuration came to. */
export type ConfigUpdate = Omit<OperationResponse<'updateConfig'>, 'message'>;

/** The part of the client that is about who may do what, and how the server is set up. */
export class Administration {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** The configuration as it is set, defaults filled in and secrets masked. Needs admin. */
  getConfig(options?: RequestOptions): Promise<Config> {
    return this.call('getConfig', {}, options);
  }

  /**
   * Changes the configuration file; what is left out stays. It counts from the server's next start on.
   * @throws ApiError CONFIG_FILE_ONLY, VALIDATION_FAILED, STORAGE_ERROR
   */
  async updateConfig(changes: ConfigInput, options?: RequestOptions): Promise<ConfigUpdate> {
    const { message: _, ...update } = await this.call('updateConfig', { body: changes }, options);
    return update;
  }

  /** Trades a name and a password for a token. @throws ApiError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, AUTH_DISABLED */
  login(username: string, password: string, options?: RequestOptions): Promise<Token> {
    return this.call('login', { body: { username, password } }, options);
  }

  /** Trades the token for one that lasts longer. @throws ApiError UNAUTHORIZED, TOKEN_EXPIRED, AUTH_DISABLED */
  refreshToken(options?: RequestOptions): Promise<Token> {
    return this.call('refreshToken', {}, options);
  }

  /** Ends the session of the token, or all sessions of its user. */
  async logout(how?: Logout, options?: RequestOptions): Promise<void> {
    await this.call('logout', { body: how }, options);
  }

  /** Who is asking, as the server sees it, and what is allowed. */
  getIdentity(options?: RequestOptions): Promise<Identity> {
    return this.call('getIdentity', {}, options);
  }

  /** All users, in the order of their names. Needs admin. */
  async listUsers(options?: RequestOptions): Promise<User[]> {
    const { users } = await this.call('listUsers', {}, options);
    return users;
  }

  /** Adds a user. Needs admin. @throws ApiError USER_EXISTS */
  async createUser(input: CreateUser, options?: RequestOptions): Promise<User> {
    const { user } = await this.call('createUser', { body: input }, options);
    return user;
  }

  /** Changes the role of a user, whose sessions end. Needs admin. @throws ApiError USER_NOT_FOUND, LAST_ADMIN */
  async updateUser(username: string, changes: UpdateUser, options?: RequestOptions): Promise<User> {
    const { user } = await this.call('updateUser', { username, body: changes }, options);
    return user;
  }

  /** Removes a user with all sessions and keys. Needs admin. @throws ApiError USER_NOT_FOUND, LAST_ADMIN */
  async deleteUser(username: string, options?: RequestOptions): Promise<void> {
    await this.call('deleteUser', { username }, options);
  }

  /**
   * Sets a password: one's own, with the one until now, or, as an admin, anybody's. The user's sessions end.
   * @throws ApiError INVALID_CREDENTIALS, USER_NOT_FOUND
   */
  async changePassword(
    username: string,
    input: ChangePassword,
    options?: RequestOptions,
  ): Promise<void> {
    await this.call('changePassword', { username, body: input }, options);
  }

  /** API keys: one's own; admins see all. */
  async listApiKeys(options?: RequestOptions): Promise<ApiKey[]> {
    const { keys } = await this.call('listApiKeys', {}, options);
    return keys;
  }

  /** Makes an API key. The key itself, `key`, is shown this once. */
  async createApiKey(
    input: CreateApiKey,
    options?: RequestOptions,
  ): Promise<{ key: string; api_key: ApiKey }> {
    const { key, api_key } = await this.call('createApiKey', { body: input }, options);
    return { key, api_key };
  }

  /** Revokes an API key; it is dead at once. @throws ApiError KEY_NOT_FOUND */
  async deleteApiKey(id: string, options?: RequestOptions): Promise<void> {
    await this.call('deleteApiKey', { id }, options);
  }

  /** The requests to the gateway that are under way, oldest first. */
  async listRequests(options?: RequestOptions): Promise<GatewayRequest[]> {
    const { requests } = await this.call('listRequests', {}, options);
    return requests;
  }

  /** Cancels a request to the gateway; the instance stops working on it. @throws ApiError REQUEST_NOT_FOUND */
  async cancelRequest(id: string, options?: RequestOptions): Promise<void> {
    await this.call('cancelRequest', { id }, options);
  }

  /** @internal */
  protected call<Id extends OperationId>(
    id: Id,
    input: OperationInput,
    options?: RequestOptions,
  ): Promise<OperationResponse<Id>> {
    return callOperation(this.#http, id, input, options);
  }
}
