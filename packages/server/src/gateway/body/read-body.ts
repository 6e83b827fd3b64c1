import type { IncomingMessage } from 'node:http';
import { LlamactlError } from '@llamactl/contract';
import { BodyParts } from './body-parts.js';

/** The most that one request may bring: pictures and sounds come inside of it. */
export const maxGatewayBodyBytes = 64 * 1024 * 1024;
/** The most that all requests together may bring, so that nobody fills the memory. */
const defaultTogetherBytes = 512 * 1024 * 1024;

/** So many parts a body may have, and one more for each of these bytes: to take one costs as much time as some hundred bytes. */
const freeParts = 10_000;
const bytesPerPart = 16;

const nothing = Buffer.alloc(0);

/** Memory for bodies, out of one budget. */
export class BodyReading {
  readonly #togetherBytes: number;
  #held = 0;

  /** @param togetherBytes - The budget. Default: 512 MiB. */
  constructor(togetherBytes = defaultTogetherBytes) {
    this.#togetherBytes = togetherBytes;
  }

  /**
   * Reads the body of a request as it is. `hold` gets what gives its memory back; the caller calls that
   * once it needs the body no more.
   * @throws LlamactlError PAYLOAD_TOO_LARGE, INVALID_REQUEST, RESOURCE_EXHAUSTED; nothing when the client left, or the memory
   *   was given back before the end: the caller sees that
   */
  read(request: IncomingMessage, hold: (release: () => void) => void): Promise<Buffer> {
    const { headers } = request;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      return Promise.resolve(nothing);
    }
    const parts = new BodyParts();
    let held = 0;
    let isReleased = false;
    hold(() => {
      this.#held -= held;
      held = 0;
      isReleased = true;
    });
    return new Promise((resolve, reject) => {
      const refuse = (error: LlamactlError) => {
        request.removeAllListeners('data');
        reject(error);
      };
      if (Number(headers['content-length'] ?? 0) > maxGatewayBodyBytes) return refuse(tooLarge());
      request.on('data', (chunk: Buffer) => {
        // Of a request that is over already, as one that was cancelled: nobody waits for its body.
        if (isReleased) return;
        parts.add(chunk);
        held += chunk.length;
        this.#held += chunk.length;
        if (parts.length > maxGatewayBodyBytes) refuse(tooLarge());
        else if (parts.count > freeParts + parts.length / bytesPerPart) refuse(tooManyParts());
        else if (this.#held > this.#togetherBytes) refuse(tooMuchTogether());
      });
      request.once('end', () => {
        if (!isReleased) resolve(parts.join());
      });
      request.once('error', reject);
    });
  }
}

function tooLarge(): LlamactlError {
  const mebibytes = maxGatewayBodyBytes / 1024 / 1024;
  return new LlamactlError('PAYLOAD_TOO_LARGE', 'The body is too large.', {
    details: `Send at most ${mebibytes} MiB.`,
  });
}

function tooManyParts(): LlamactlError {
  return new LlamactlError('INVALID_REQUEST', 'The body comes in too many small parts.', {
    details: 'Send it with Content-Length, or in larger chunks.',
  });
}

function tooMuchTogether(): LlamactlError {
  return new LlamactlError('RESOURCE_EXHAUSTED', 'Too many large requests are under way.', {
    details: 'Try again when some of them are through.',
  });
}
