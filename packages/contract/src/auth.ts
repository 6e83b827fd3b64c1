import * as z from 'zod/mini';
import { roleSchema, scopeSchema } from './access.js';
import { instanceNameSchema, timestampSchema } from './primitives.js';

/** The name of a user; unique without regard to case. */
export const usernameSchema = z.string().check(
  z.regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
  z.meta({
    description:
      'User name: 1 to 64 letters, digits, ".", "_", "@" or "-", starting with a letter or digit. Unique without regard to case.',
    examples: ['admin'],
  }),
);

/** A password that is being set. */
export const newPasswordSchema = z.string().check(
  z.minLength(8),
  z.maxLength(256),
  z.meta({
    description: 'Password: 8 to 256 characters. Only a hash of it is kept.',
    writeOnly: true,
  }),
);

/** A password that is being checked; the rules for new ones say nothing about old ones. */
const givenPasswordSchema = z.string().check(
  z.minLength(1),
  z.maxLength(1024),
  z.meta({
    description: 'Password of the user.',
    writeOnly: true,
  }),
);

/** What `login` takes. */
export const loginSchema = z.strictObject({
  username: z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(256),
      z.meta({ description: 'Name of the user; case does not matter.', examples: ['admin'] }),
    ),
  password: givenPasswordSchema,
});
export type Login = z.infer<typeof loginSchema>;

/** A token to send as `Authorization: Bearer …`. */
export const tokenSchema = z.object({
  token: z.string().check(
    z.meta({
      description: 'JSON Web Token, to be sent as Authorization: Bearer.',
      examples: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl'],
    }),
  ),
  expires_at: timestampSchema.check(
    z.meta({
      description: 'When it ends, unless it is refreshed or the session ends before.',
    }),
  ),
});
export type Token = z.infer<typeof tokenSchema>;

/** What `logout` takes. */
export const logoutSchema = z.strictObject({
  everywhere: z.optional(z.boolean()).check(
    z.meta({
      description: 'End all sessions of the user, not only this one. Default: false.',
    }),
  ),
});
export type Logout = z.infer<typeof logoutSchema>;

/** Who is asking, as the server sees it. */
export const identitySchema = z.object({
  auth_enabled: z.boolean().check(
    z.meta({
      description: 'False when everybody may do everything and credentials are ignored.',
    }),
  ),
  kind: z.enum(['anonymous', 'user', 'api_key']).check(
    z.meta({
      description:
        'anonymous: everybody, while authentication is off; user: somebody who logged in; api_key: a program.',
    }),
  ),
  username: z.nullable(usernameSchema).check(
    z.meta({
      description: 'The user, or the owner of the key; null while authentication is off.',
    }),
  ),
  role: z
    .nullable(roleSchema)
    .check(z.meta({ description: 'Role of the user; null while authentication is off.' })),
  scopes: z.array(scopeSchema).check(z.meta({ description: 'What this credential is allowed.' })),
  instances: z
    .nullable(z.array(instanceNameSchema))
    .check(z.meta({ description: 'The instances that it is good for; null for all.' })),
  expires_at: z
    .nullable(timestampSchema)
    .check(z.meta({ description: 'When the credential ends; null for never.' })),
});
export type Identity = z.infer<typeof identitySchema>;

/** A user as it is shown; the password is not. */
export const userSchema = z.object({
  username: usernameSchema,
  role: roleSchema,
  created_at: timestampSchema.check(z.meta({ description: 'When the user was added.' })),
  updated_at: timestampSchema.check(
    z.meta({ description: 'When role or password were set last.' }),
  ),
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
  current_password: z.optional(givenPasswordSchema).check(
    z.meta({
      description:
        'The password until now; needed for one’s own. An admin sets those of others without.',
      writeOnly: true,
    }),
  ),
});
export type ChangePassword = z.infer<typeof changePasswordSchema>;

/** An API key as it is shown; the key itself is shown once, when it is made. */
export const apiKeySchema = z.object({
  id: z
    .string()
    .check(z.meta({ description: 'Names the key; no secret.', examples: ['k3Jx9QpLr2'] })),
  name: z.string().check(z.meta({ description: 'What it is for.', examples: ['webui'] })),
  hint: z.string().check(
    z.meta({
      description: 'First characters of the key, to tell it by.',
      examples: ['llk_a1b2'],
    }),
  ),
  username: usernameSchema.check(
    z.meta({
      description:
        'Its owner. A key is never allowed more than its owner, and goes with its owner.',
    }),
  ),
  scopes: z.array(scopeSchema).check(z.meta({ description: 'What it is allowed.' })),
  instances: z
    .nullable(z.array(instanceNameSchema))
    .check(z.meta({ description: 'The instances that it is good for; null for all.' })),
  created_at: timestampSchema.check(z.meta({ description: 'When it was made.' })),
  expires_at: z
    .nullable(timestampSchema)
    .check(z.meta({ description: 'When it ends; null for never.' })),
  last_used_at: z.nullable(timestampSchema).check(
    z.meta({
      description: 'When it was used last, to the minute; null for never.',
    }),
  ),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** What `createApiKey` takes. */
export const createApiKeySchema = z.strictObject({
  name: z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(64),
      z.meta({ description: 'What it is for.', examples: ['webui'] }),
    ),
  scopes: z
    .array(scopeSchema)
    .check(
      z.minLength(1),
      z.maxLength(6),
      z.meta({ description: 'What it is allowed; no more than whoever makes it.' }),
    ),
  instances: z
    .optional(z.nullable(z.array(instanceNameSchema).check(z.minLength(1), z.maxLength(256))))
    .check(z.meta({ description: 'The instances that it is good for. Default: null, all.' })),
  expires_at: z
    .optional(z.nullable(timestampSchema))
    .check(z.meta({ description: 'When it ends. Default: null, never.' })),
});
export type CreateApiKey = z.infer<typeof createApiKeySchema>;
