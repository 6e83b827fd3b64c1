import type { IncomingMessage } from 'node:http';
import { LlamactlError } from '@llamactl/contract';

/** The most that one request may bring: pictures and sounds come inside of it. */
export const maxGatewayBodyBytes = 64 * 1024 * 1024;
/** The most that all requests together may bring, so that nobody fills the memory. */
const maxTogetherBytes = 512 * 1024 * 1024;

const nothing = Buffer.alloc(0);

/** Memory for bodies, out of one budget. */
export class BodyReading {
  #held = 0;

  /**
   * Reads the body of a request as it is. `hold` gets what gives its memory back; the caller calls that
   * once it needs the body no more.
   * @throws LlamactlError PAYLOAD_TOO_LARGE, RESOURCE_EXHAUSTED; nothing when the client left: the caller sees that
   */
  read(request: IncomingMessage, hold: (release: () => void) => void): Promise<Buffer> {
    const { headers } = request;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      return Promise.resolve(nothing);
    }
    const chunks: Buffer[] = [];
    let length = 0;
    hold(() => {
      this.#held -= length;
      length = 0;
    });
    return new Promise((resolve, reject) => {
      const refuse = (error: LlamactlError) => {
        request.removeAllListeners('data');
        reject(error);
      };
      if (Number(headers['content-length'] ?? 0) > maxGatewayBodyBytes) return refuse(tooLarge());
      request.on('data', (chunk: Buffer) => {
        length += chunk.length;
        this.#held += chunk.length;
        chunks.push(chunk);
        if (length > maxGatewayBodyBytes) refuse(tooLarge());
        else if (this.#held > maxTogetherBytes) refuse(tooMuchTogether());
      });
      request.once('end', () => {
        resolve(chunks.length === 1 ? (chunks[0] ?? nothing) : Buffer.concat(chunks));
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

function tooMuchTogether(): LlamactlError {
  return new LlamactlError('RESOURCE_EXHAUSTED', 'Too many large requests are under way.', {
    details: 'Try again when some of them are through.',
  });
}
