/** What a backend sent that is no HTTP. */
export class WireError extends Error {}

/** How the end of a body is known. */
export type Framing =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' };

/** The head of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly framing: Framing;
  readonly keepAlive: boolean;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/** Reads the head of an answer, without the empty line at its end. @throws WireError */
export function parseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split('\r\n');
  const start = statusLine.exec(first);
  if (start === null) throw new WireError('its status line is none');
  const status = Number(start[2]);
  if (status === 101) throw new WireError('it switched protocols unasked');
  const rawHeaders: string[] = [];
  const found = { length: '', encoding: '', connection: '' };
  for (const line of lines) {
    const header = headerLine.exec(line);
    if (header === null) throw new WireError('one of its headers is none');
    const [, name = '', value = ''] = header;
    rawHeaders.push(name, value);
    note(found, name, value);
  }
  const isOld = start[1] === '0';
  return {
    status,
    rawHeaders,
    framing: framingOf(found),
    keepAlive: !isOld && !/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(found.connection),
  };
}

interface Found {
  length: string;
  encoding: string;
  connection: string;
}

function note(found: Found, name: string, value: string): void {
  switch (name.toLowerCase()) {
    case 'content-length':
      if (!/^\d{1,15}$/.test(value) || (found.length !== '' && found.length !== value)) {
        throw new WireError('its Content-Length is none');
      }
      found.length = value;
      break;
    case 'transfer-encoding':
      if (found.encoding !== '' || value.toLowerCase() !== 'chunked') {
        throw new WireError('its Transfer-Encoding is not known');
      }
      found.encoding = 'chunked';
      break;
    case 'connection':
      found.connection = found.connection === '' ? value : `${found.connection},${value}`;
      break;
    default:
  }
}

function framingOf({ length, encoding }: Found): Framing {
  if (encoding !== '' && length !== '') throw new WireError('it has two lengths');
  if (encoding !== '') return { kind: 'chunked' };
  return length === '' ? { kind: 'close' } : { kind: 'length', length: Number(length) };
}
