import { LlamactlError } from '@llamactl/contract';

/** An error for whoever shows nothing, or nothing that is good; it says no more to either. */
export function unauthorized(): LlamactlError {
  return new LlamactlError('UNAUTHORIZED', 'The request has no valid credential.', {
    details:
      'Log in with POST /api/auth/login and send the token as Authorization: Bearer, or send an API key.',
  });
}

/** An error for a request whose credential was ended while it was under way. */
export function credentialEnded(): LlamactlError {
  return new LlamactlError('UNAUTHORIZED', 'The credential of the request has ended.', {
    details:
      'Its user logged out or was changed, or its key was deleted. Log in again, or send another key.',
  });
}

/** An error for a token that was right until it expired. */
export function tokenExpired(): LlamactlError {
  return new LlamactlError('TOKEN_EXPIRED', 'The token has expired.', {
    details: 'Log in again with POST /api/auth/login.',
  });
}

/** An error for an API key that was right until it expired. */
export function keyExpired(): LlamactlError {
  return new LlamactlError('TOKEN_EXPIRED', 'The API key has expired.', {
    details: 'Make a new one with POST /api/keys.',
  });
}

/** An error for a wrong name or password; it does not say which. */
export function invalidCredentials(): LlamactlError {
  return new LlamactlError('INVALID_CREDENTIALS', 'The name or the password is wrong.', {
    details: 'Correct it and try again; llamactl-server --reset-password sets a new password.',
  });
}

/** An error for whoever is known, but may not do that. */
export function forbidden(message: string, details: string): LlamactlError {
  return new LlamactlError('FORBIDDEN', message, { details });
}

/** An error for what makes sense only while authentication is on. */
export function authDisabled(): LlamactlError {
  return new LlamactlError('AUTH_DISABLED', 'Authentication is off: everybody may do everything.', {
    details: 'Set auth.enabled: true in the configuration file and start the server again.',
  });
}
