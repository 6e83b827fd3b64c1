import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

/** What everything of the client may weigh in a page, with all that it brings along: bytes, minified, brotli. */
export const mostClientBytes = 40_000;

/**
 * How many bytes a page loads for everything that a module exports: bundled for browsers, minified, brotli.
 * @param {string} entry Path of the module.
 * @returns {Promise<number>}
 */
export async function bundleBytes(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  return brotliCompressSync(bundle?.contents ?? '').byteLength;
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} most
 * @returns {{ fits: boolean, text: string }}
 */
export function sizeVerdict(what, bytes, most) {
  const size = `${what}: ${kilobytes(bytes)} kB brotli in a browser`;
  if (bytes <= most) return { fits: true, text: `${size}, of ${kilobytes(most)} kB` };
  const advice = 'look at what a new import brings along';
  return { fits: false, text: `${size}, more than ${kilobytes(most)} kB; ${advice}` };
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return (bytes / 1000).toFixed(1);
}
