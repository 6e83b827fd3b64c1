import { type Access, scopeSchema } from '../access.js';
import type { JsonObject } from './json-schemas.js';

/** How callers say who they are. */
export const securitySchemes: Readonly<Record<string, JsonObject>> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of `POST /api/auth/login`. API keys are taken here, too.',
  },
  api_key: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description: 'An API key, as `POST /api/keys` makes them.',
  },
};

/** What an operation asks for while authentication is on: one of the list. */
export function securityOf(access: Access): JsonObject[] {
  if (access === 'public') return [];
  const scopes = isScope(access) ? [access] : [];
  return [{ bearer: scopes }, { api_key: access === 'account' ? ['admin'] : scopes }];
}

/** The same as a sentence. */
export function describeAccess(access: Access): string {
  if (access === 'public') return 'Needs no credential.';
  if (isScope(access)) return `Needs the scope \`${access}\` while authentication is on.`;
  return access === 'any'
    ? 'Needs any valid credential while authentication is on.'
    : 'Needs the token of a user, or an API key with the scope `admin`.';
}

function isScope(access: Access): boolean {
  return scopeSchema.safeParse(access).success;
}
