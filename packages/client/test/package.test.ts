import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** What `#websocket` is for a program that runs under further conditions. */
function resolved(conditions: readonly string[]): string {
  const args = conditions.map((condition) => `--conditions=${condition}`);
  const script = `console.log(import.meta.resolve('#websocket'))`;
  const options = { cwd: folder, encoding: 'utf8' } as const;
  const url = execFileSync(
    process.execPath,
    [...args, '--input-type=module', '-e', script],
    options,
  );
  return fileURLToPath(url.trim()).slice(folder.length);
}

describe('#websocket', () => {
  it.each([
    ['Node', [], 'dist/websocket-node.js'],
    ['Node in this workspace', ['@llamactl/source'], 'src/socket/websocket-node.ts'],
    ['a browser', ['browser'], 'dist/websocket-browser.js'],
    [
      'a browser in this workspace',
      ['browser', '@llamactl/source'],
      'src/socket/websocket-browser.ts',
    ],
    ['Deno, which also calls itself Node', ['deno'], 'dist/websocket-browser.js'],
    ['Bun, which also calls itself Node', ['bun'], 'dist/websocket-browser.js'],
  ])('for %s', (_, conditions, file) => {
    expect(resolved(conditions)).toBe(file);
  });
});
