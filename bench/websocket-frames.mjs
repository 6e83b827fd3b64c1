import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/**
 * Opens a WebSocket and calls back with each text frame and the moment at which it was there. It says nothing, and does
 * no more than a measurement needs, so that what is measured is the server.
 * @param {{ port: number, path: string }} address
 * @param {(text: string, atMs: number) => void} onText
 * @returns {Promise<number>} HTTP status: 101, or what the server answered instead
 */
export function openFrames({ port, path }, onText) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(handshake(path, port)));
    let rest = Buffer.alloc(0);
    let status = 0;
    socket.setNoDelay();
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      const atMs = monotonicMs();
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (status === 0) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        status = Number(rest.toString('latin1').split(' ', 2)[1]);
        rest = rest.subarray(end + 4);
        resolve(status);
      }
      if (status === 101) rest = readFrames(rest, (text) => onText(text, atMs));
      else socket.destroy();
    });
  });
}

/** The same clock in every process of the machine. */
export function monotonicMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * @param {string} path
 * @param {number} port
 */
function handshake(path, port) {
  const key = randomBytes(16).toString('base64');
  const upgrade = `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13`;
  return `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${upgrade}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
}

/**
 * Takes whole frames off the front; those of a server have no mask.
 * @param {Buffer<ArrayBuffer>} bytes
 * @param {(text: string) => void} onText
 */
function readFrames(bytes, onText) {
  let at = 0;
  for (;;) {
    const { header, length } = frameAt(bytes, at);
    const end = at + header + length;
    if (end > bytes.length) return bytes.subarray(at);
    const isText = ((bytes[at] ?? 0) & 0x0f) === 1;
    if (isText) onText(bytes.toString('utf8', at + header, end));
    at = end;
  }
}

/**
 * @param {Buffer} bytes
 * @param {number} at
 */
function frameAt(bytes, at) {
  const left = bytes.length - at;
  if (left < 2) return unfinished;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  if (short < 126) return { header: 2, length: short };
  if (short === 126) {
    return left < 4 ? unfinished : { header: 4, length: bytes.readUInt16BE(at + 2) };
  }
  return left < 10 ? unfinished : { header: 10, length: Number(bytes.readBigUInt64BE(at + 2)) };
}

const unfinished = { header: 0, length: Number.POSITIVE_INFINITY };
