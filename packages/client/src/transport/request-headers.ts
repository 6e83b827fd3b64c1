import { InvalidRequestError } from '../errors/invalid-request-error.js';

/** Makes the headers of a request out of those of the app, our own and a credential. @throws InvalidRequestError */
export function requestHeaders(
  ofApp: Readonly<Record<string, string>> | undefined,
  credential: string | null,
  own: Readonly<Record<string, string>>,
): Headers {
  try {
    const headers = new Headers(ofApp);
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    if (credential !== null) headers.set('authorization', `Bearer ${credential}`);
    return headers;
  } catch {
    // The error of the platform shows the value.
    throw new InvalidRequestError(
      'The token or a header has characters that HTTP does not allow.',
      'Look for line breaks and letters beyond Latin-1.',
    );
  }
}
