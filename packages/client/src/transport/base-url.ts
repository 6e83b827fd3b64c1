import { InvalidRequestError } from '../errors/invalid-request-error.js';

/**
 * Where a server is, without a slash at the end: `http://h:8080/`, `http://h:8080/api` and
 * `http://h:8080/api/` are all `http://h:8080`; a path before `/api` is kept.
 */
export function normalizeBaseUrl(baseUrl: string | URL): string {
  const url = parse(String(baseUrl));
  // `fetch` refuses such addresses, with a message that shows the password.
  if (url.username !== '' || url.password !== '') {
    throw new InvalidRequestError(
      'The base URL holds a user name or password.',
      'Leave them out; credentials go into the `token` or `headers` option.',
    );
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  return url.origin + path.replace(/\/+$/, '');
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidRequestError(
      'The base URL is not an http or https address.',
      'Write it with its scheme, as in http://localhost:8080.',
    );
  }
  return url;
}
