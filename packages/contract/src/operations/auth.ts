import * as z from 'zod/mini';
import {
  apiKeySchema,
  changePasswordSchema,
  createApiKeySchema,
  createUserSchema,
  identitySchema,
  loginSchema,
  logoutSchema,
  tokenSchema,
  updateUserSchema,
  usernameSchema,
  userSchema,
} from '../auth.js';
import type { ErrorCode } from '../error-code.js';
import type { Operation } from '../operation.js';
import { message } from './message.js';

/** What everything here answers with that makes no sense while authentication is off. */
const errors = ['AUTH_DISABLED'] as const satisfies readonly ErrorCode[];

const byUser = z.strictObject({ username: usernameSchema });

/** Sessions, users and API keys. */
export const authOperations = {
  login: {
    method: 'POST',
    path: '/api/auth/login',
    summary: 'Trade a name and a password for a token.',
    access: 'public',
    needsAuth: true,
    rate: 'intensive',
    body: loginSchema,
    status: 200,
    response: tokenSchema,
    errors: [...errors, 'INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS'],
  },
  refreshToken: {
    method: 'POST',
    path: '/api/auth/refresh',
    summary: 'Trade a token that is still good for one that lasts longer.',
    access: 'account',
    needsAuth: true,
    status: 200,
    response: tokenSchema,
    errors,
  },
  logout: {
    method: 'POST',
    path: '/api/auth/logout',
    summary: 'End the session of the token, with all its tokens.',
    access: 'account',
    needsAuth: true,
    body: logoutSchema,
    bodyOptional: true,
    status: 200,
    response: z.object({ message: message('Logged out successfully') }),
    errors,
  },
  getIdentity: {
    method: 'GET',
    path: '/api/auth/identity',
    summary: 'Who is asking, and what is allowed.',
    access: 'any',
    status: 200,
    response: identitySchema,
    errors: [],
  },
  listUsers: {
    method: 'GET',
    path: '/api/users',
    summary: 'All users, in the order of their names.',
    access: 'admin',
    needsAuth: true,
    status: 200,
    response: z.object({
      users: z
        .array(userSchema)
        .check(z.meta({ description: 'All users, in the order of their names.' })),
    }),
    errors,
  },
  createUser: {
    method: 'POST',
    path: '/api/users',
    summary: 'Add a user.',
    access: 'admin',
    needsAuth: true,
    body: createUserSchema,
    status: 201,
    response: z.object({ message: message('User created successfully'), user: userSchema }),
    errors: [...errors, 'USER_EXISTS'],
  },
  updateUser: {
    method: 'PUT',
    path: '/api/users/{username}',
    summary: 'Change the role of a user, whose sessions end.',
    access: 'admin',
    needsAuth: true,
    params: byUser,
    body: updateUserSchema,
    status: 200,
    response: z.object({ message: message('User updated successfully'), user: userSchema }),
    errors: [...errors, 'USER_NOT_FOUND', 'LAST_ADMIN'],
  },
  deleteUser: {
    method: 'DELETE',
    path: '/api/users/{username}',
    summary: 'Remove a user with all sessions and keys.',
    access: 'admin',
    needsAuth: true,
    params: byUser,
    status: 200,
    response: z.object({ message: message('User deleted successfully') }),
    errors: [...errors, 'USER_NOT_FOUND', 'LAST_ADMIN'],
  },
  changePassword: {
    method: 'PUT',
    path: '/api/users/{username}/password',
    summary: 'Set a password: one’s own or, for admins, anybody’s. The sessions of the user end.',
    access: 'account',
    needsAuth: true,
    rate: 'intensive',
    params: byUser,
    body: changePasswordSchema,
    status: 200,
    response: z.object({ message: message('Password changed successfully') }),
    errors: [...errors, 'USER_NOT_FOUND', 'INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS'],
  },
  listApiKeys: {
    method: 'GET',
    path: '/api/keys',
    summary: 'API keys: one’s own; admins see all.',
    access: 'account',
    needsAuth: true,
    status: 200,
    response: z.object({
      keys: z
        .array(apiKeySchema)
        .check(z.meta({ description: 'The keys, without what makes them secret.' })),
    }),
    errors,
  },
  createApiKey: {
    method: 'POST',
    path: '/api/keys',
    summary: 'Make an API key. The key itself is shown this once.',
    access: 'account',
    needsAuth: true,
    body: createApiKeySchema,
    status: 201,
    response: z.object({
      message: message('API key created successfully'),
      key: z.string().check(
        z.meta({
          description: 'The key itself; keep it, it is not shown again.',
          examples: ['llk_a1b2…'],
        }),
      ),
      api_key: apiKeySchema,
    }),
    errors,
  },
  deleteApiKey: {
    method: 'DELETE',
    path: '/api/keys/{id}',
    summary: 'Revoke an API key, one’s own or, for admins, anybody’s; it is dead at once.',
    access: 'account',
    needsAuth: true,
    params: z.strictObject({
      id: z
        .string()
        .check(
          z.regex(/^[A-Za-z0-9_-]{1,64}$/),
          z.meta({ description: 'Id of the key, as lists show it.', examples: ['k3Jx9QpLr2'] }),
        ),
    }),
    status: 200,
    response: z.object({ message: message('API key deleted successfully') }),
    errors: [...errors, 'KEY_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;
