import { InvalidRequestError } from '../errors/invalid-request-error.js';
import type { LlamactlClientOptions } from '../options.js';

/** What a request says of itself. */
export interface RequestHeaders {
  readonly headers: Headers;
  /** The token that is in them; null for none. */
  readonly token: string | null;
}

/** Asks for the token and makes the headers of a request. @throws InvalidRequestError */
export async function requestHeaders(
  settings: LlamactlClientOptions,
  own: Readonly<Record<string, string>>,
): Promise<RequestHeaders> {
  const token = await resolveToken(settings);
  try {
    const headers = new Headers(settings.headers);
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    return { headers, token };
  } catch {
    // The error of the platform shows the value.
    throw new InvalidRequestError(
      'The token or a header has characters that HTTP does not allow.',
      'Look for line breaks and letters beyond Latin-1.',
    );
  }
}

async function resolveToken({ token }: LlamactlClientOptions): Promise<string | null> {
  const text = typeof token === 'function' ? await token() : token;
  return text === undefined || text === '' ? null : text;
}
