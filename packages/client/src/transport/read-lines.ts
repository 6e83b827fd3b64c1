import { onAbort } from '@llamactl/contract';
import { ProtocolError } from '../errors/protocol-error.js';
import { connectionFailure } from './connection-failure.js';
import type { HttpStream } from './http-stream.js';
import { silenceFailure } from './silence-failure.js';

/** Far more than a server sends in one line. */
const maxLineCharacters = 16 * 1024 * 1024;

/**
 * The lines of a body, without their ends; empty ones are signs of life, and left out. It is over when the
 * body is, and when the signal aborts.
 *
 * @param silenceMs - time without a byte after which the connection counts as dead
 * @throws ConnectionError when the connection breaks or is dead; ProtocolError for a line without an end
 */
export async function* readLines(
  stream: HttpStream,
  silenceMs: number,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of readChunks(stream, silenceMs, signal)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineCharacters) throw endless(stream);
    for (const line of lines) {
      if (signal.aborted) return;
      if (line.trim() !== '') yield line;
    }
  }
  // What is behind the last line end was cut off, and will come again.
}

async function* readChunks(
  { body, url, redact, cancel }: HttpStream,
  silenceMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  let isSilent = false;
  const stopListening = onAbort(signal, cancel);
  try {
    for (;;) {
      const timer = setTimeout(() => {
        isSilent = true;
        cancel();
      }, silenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw isSilent ? silenceFailure(url, silenceMs) : connectionFailure(error, url, redact);
  } finally {
    stopListening();
    cancel();
  }
}

function endless({ url, status }: HttpStream): ProtocolError {
  return new ProtocolError(`${url} sent a line of more than ${maxLineCharacters} characters.`, {
    details: 'Is the base URL right, and is a proxy in between?',
    status,
    issues: [],
  });
}
