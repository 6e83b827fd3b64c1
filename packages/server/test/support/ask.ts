import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** How to ask, beside what for. */
export interface AskParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The address to ask from, out of 127.0.0.0/8. Default: 127.0.0.1. */
  readonly from?: string;
}

/** An answer with all its headers; `fetch` hides some, and adds some to what it sends. */
export interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The code of an error; undefined for none. */
  readonly code: string | undefined;
}

/** Asks on a connection of its own. */
export async function ask(url: string, path: string, parts: AskParts = {}): Promise<Asked> {
  const { port } = new URL(url);
  const { method = 'GET', headers = {}, body, from = '127.0.0.1' } = parts;
  const options = {
    host: '127.0.0.1',
    port,
    path,
    method,
    headers,
    localAddress: from,
    agent: false,
  };
  const asking = request(options);
  asking.end(body);
  const [response] = await once(asking, 'response');
  const said = await text(response);
  const isJson = String(response.headers['content-type']).startsWith('application/json');
  const code = isJson && said !== '' ? JSON.parse(said).code : undefined;
  return { status: response.statusCode, headers: response.headers, text: said, code };
}
