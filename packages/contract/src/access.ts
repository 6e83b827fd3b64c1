import * as z from 'zod/mini';

/** What a person may be. */
export const roleSchema = z.enum(['viewer', 'operator', 'admin']).check(
  z.meta({
    description:
      'viewer looks; operator also defines, starts, stops and uses instances; admin also manages users, keys and the configuration.',
  }),
);
export type Role = z.infer<typeof roleSchema>;

/** What an API key may be allowed. */
export const scopeSchema = z
  .enum(['read', 'operate', 'manage', 'inference', 'metrics', 'admin'])
  .check(
    z.meta({
      description:
        'read: look at instances, logs and the system; operate: start, stop, restart; manage: create, change, delete; inference: use models; metrics: read /metrics; admin: users, keys, configuration.',
    }),
  );
export type Scope = z.infer<typeof scopeSchema>;

/** What each role is allowed. */
export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['read', 'metrics'],
  operator: ['read', 'metrics', 'operate', 'manage', 'inference'],
  admin: ['read', 'metrics', 'operate', 'manage', 'inference', 'admin'],
};

/**
 * Who may call an operation, while authentication is on: `public`, everybody; `any`, everybody with a valid
 * credential; `account`, a person who logged in, or a key with the scope admin; else whoever has that scope.
 */
export type Access = 'public' | 'any' | 'account' | Scope;
