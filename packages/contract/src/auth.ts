import * as z from 'zod';
import { roleSchema, scopeSchema } from './access.js';
import { instanceNameSchema, timestampSchema } from './primitives.js';

/** The name of a user; unique without regard to case. */
export const usernameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)
  .meta({
    description:
      'User name: 1 to 64 letters, digits, ".", "_", "@" or "-", starting with a letter or digit. Unique without regard to case.',
    examples: ['admin'],
  });

/** A password that is being set. */
export const newPasswordSchema = z.string().min(8).max(256).meta({
  description: 'Password: 8 to 256 characters. Only a hash of it is kept.',
  writeOnly: true,
});

/** A password that is being checked; the rules for new ones say nothing about old ones. */
const givenPasswordSchema = z.string().min(1).max(1024).meta({
  description: 'Password of the user.',
  writeOnly: true,
});

/** What `login` takes. */
export const loginSchema = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(256)
    .meta({ description: 'Name of the user; case does not matter.', examples: ['admin'] }),
  password: givenPasswordSchema,
});
export type Login = z.infer<typeof loginSchema>;

/** A token to send as `Authorization: Bearer …`. */
export const tokenSchema = z.object({
  token: z.string().meta({
    description: 'JSON Web Token, to be sent as Authorization: Bearer.',
    examples: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl'],
  }),
  expires_at: timestampSchema.meta({
    description: 'When it ends, unless it is refreshed or the session ends before.',
  }),
});
export type Token = z.infer<typeof tokenSchema>;

/** What `logout` takes. */
export const logoutSchema = z.strictObject({
  everywhere: z.boolean().optional().meta({
    description: 'End all sessions of the user, not only this one. Default: false.',
  }),
});
export type Logout = z.infer<typeof logoutSchema>;

/** Who is asking, as the server sees it. */
export const identitySchema = z.object({
  auth_enabled: z.boolean().meta({
    description: 'False when everybody may do everything and credentials are ignored.',
  }),
  kind: z.enum(['anonymous', 'user', 'api_key']).meta({
    description:
      'anonymous: everybody, while authentication is off; user: somebody who logged in; api_key: a program.',
  }),
  username: usernameSchema.nullable().meta({
    description: 'The user, or the owner of the key; null while authentication is off.',
  }),
  role: roleSchema
    .nullable()
    .meta({ description: 'Role of the user; null while authentication is off.' }),
  scopes: z.array(scopeSchema).meta({ description: 'What this credential is allowed.' }),
  instances: z
    .array(instanceNameSchema)
    .nullable()
    .meta({ description: 'The instances that it is good for; null for all.' }),
  expires_at: timestampSchema
    .nullable()
    .meta({ description: 'When the credential ends; null for never.' }),
});
export type Identity = z.infer<typeof identitySchema>;

/** A user as it is shown; the password is not. */
export const userSchema = z.object({
  username: usernameSchema,
  role: roleSchema,
  created_at: timestampSchema.meta({ description: 'When the user was added.' }),
  updated_at: timestampSchema.meta({ description: 'When role or password were set last.' }),
});
export type User = z.infer<typeof userSchema>;

/** What `createUser` takes. */
export const createUserSchema = z.strictObject({
  username: usernameSchema,
  password: newPasswordSchema,
  role: roleSchema,
});
export type CreateUser = z.infer<typeof createUserSchema>;

/** What `updateUser` takes. */
export const updateUserSchema = z.strictObject({ role: roleSchema });
export type UpdateUser = z.infer<typeof updateUserSchema>;

/** What `changePassword` takes. */
export const changePasswordSchema = z.strictObject({
  password: newPasswordSchema,
  current_password: givenPasswordSchema.optional().meta({
    description:
      'The password until now; needed for one’s own. An admin sets those of others without.',
    writeOnly: true,
  }),
});
export type ChangePassword = z.infer<typeof changePasswordSchema>;

/** An API key as it is shown; the key itself is shown once, when it is made. */
export const apiKeySchema = z.object({
  id: z.string().meta({ description: 'Names the key; no secret.', examples: ['k3Jx9QpLr2'] }),
  name: z.string().meta({ description: 'What it is for.', examples: ['webui'] }),
  hint: z.string().meta({
    description: 'First characters of the key, to tell it by.',
    examples: ['llk_a1b2'],
  }),
  username: usernameSchema.meta({
    description: 'Its owner. A key is never allowed more than its owner, and goes with its owner.',
  }),
  scopes: z.array(scopeSchema).meta({ description: 'What it is allowed.' }),
  instances: z
    .array(instanceNameSchema)
    .nullable()
    .meta({ description: 'The instances that it is good for; null for all.' }),
  created_at: timestampSchema.meta({ description: 'When it was made.' }),
  expires_at: timestampSchema.nullable().meta({ description: 'When it ends; null for never.' }),
  last_used_at: timestampSchema.nullable().meta({
    description: 'When it was used last, to the minute; null for never.',
  }),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** What `createApiKey` takes. */
export const createApiKeySchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'What it is for.', examples: ['webui'] }),
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(6)
    .meta({ description: 'What it is allowed; no more than whoever makes it.' }),
  instances: z
    .array(instanceNameSchema)
    .min(1)
    .max(256)
    .nullable()
    .optional()
    .meta({ description: 'The instances that it is good for. Default: null, all.' }),
  expires_at: timestampSchema
    .nullable()
    .optional()
    .meta({ description: 'When it ends. Default: null, never.' }),
});
export type CreateApiKey = z.infer<typeof createApiKeySchema>;
