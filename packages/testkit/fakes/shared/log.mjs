// Log lines on stderr in llama-server's format: "M.SS.mmm.uuu L text".
import { writeSync } from 'node:fs';

export function log(level, text) {
  writeRaw(`${timestamp()} ${level} ${text}\n`);
}

/** Like llama-server, blocks while nobody reads a full pipe, and goes on when the reader is gone. */
export function writeRaw(data) {
  let rest = Buffer.from(data);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

export function timestamp() {
  const micros = Math.round(performance.now() * 1000);
  const part = (unit, range, width) =>
    String(Math.floor(micros / unit) % range).padStart(width, '0');
  const minutes = Math.floor(micros / 60e6);
  return `${minutes}.${part(1e6, 60, 2)}.${part(1e3, 1e3, 3)}.${part(1, 1e3, 3)}`;
}
