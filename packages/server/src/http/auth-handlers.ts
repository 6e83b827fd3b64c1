import type { Accounts } from '../auth/accounts.js';
import { authDisabled } from '../auth/refusals.js';
import type { Handlers } from './handlers.js';
import { toIdentity } from './to-identity.js';

type AuthOperationId =
  | 'login'
  | 'refreshToken'
  | 'logout'
  | 'getIdentity'
  | 'listUsers'
  | 'createUser'
  | 'updateUser'
  | 'deleteUser'
  | 'changePassword'
  | 'listApiKeys'
  | 'createApiKey'
  | 'deleteApiKey';

/** The handlers of sessions, users and API keys; `accounts` is null while authentication is off. */
export function createAuthHandlers(accounts: Accounts | null): Pick<Handlers, AuthOperationId> {
  const open = (): Accounts => {
    if (accounts === null) throw authDisabled();
    return accounts;
  };
  return {
    login: ({ body }, { address }) => open().sessions.login({ ...body, address }),
    refreshToken: (_, { credential }) => open().sessions.refresh(credential),
    logout: ({ body }, { credential }) => {
      open().sessions.logout(credential, body.everywhere ?? false);
      return { message: 'Logged out successfully' };
    },
    getIdentity: (_, { credential }) => toIdentity(credential, accounts !== null),
    listUsers: () => ({ users: open().users.list() }),
    createUser: async ({ body }) => ({
      message: 'User created successfully',
      user: await open().users.create(body),
    }),
    updateUser: ({ params, body }) => ({
      message: 'User updated successfully',
      user: open().users.setRole(params.username, body.role),
    }),
    deleteUser: ({ params }) => {
      open().users.remove(params.username);
      return { message: 'User deleted successfully' };
    },
    changePassword: async ({ params, body }, caller) => {
      await open().users.changePassword(params.username, body, caller);
      return { message: 'Password changed successfully' };
    },
    listApiKeys: (_, { credential }) => ({ keys: open().keys.list(credential) }),
    createApiKey: ({ body }, { credential }) => ({
      message: 'API key created successfully',
      ...open().keys.create(body, credential),
    }),
    deleteApiKey: ({ params }, { credential }) => {
      open().keys.remove(params.id, credential);
      return { message: 'API key deleted successfully' };
    },
  };
}
