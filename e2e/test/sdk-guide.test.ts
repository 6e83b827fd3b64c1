import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { spawnProgram } from '@llamactl/testkit';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { builtFile, root } from '../system/built-file.js';
import { type Snippet, snippetsOf } from '../system/guide-snippets.js';
import { type ServedSystem, serve } from '../system/serve.js';

const pages = await Promise.all(
  ['docs/user-guide/sdk.md', 'packages/client/README.md'].map(async (path) => ({
    path,
    text: await readFile(`${root}${path}`, 'utf8'),
  })),
);

/** Runs a program as the page has it, but for the address, the model and the password of the first user. */
async function runSnippet({ code }: Snippet, { url, model, program }: ServedSystem) {
  builtFile('packages/client/dist/index.js');
  const own = code.replaceAll('http://localhost:8080', url).replaceAll('/models/chat.gguf', model);
  const { code: script } = await transform(own, { loader: 'ts', format: 'esm' });
  // Beside this file, so that it finds the package.
  const file = fileURLToPath(new URL(`snippet-${crypto.randomUUID()}.mjs`, import.meta.url));
  await writeFile(file, script);
  try {
    const [, password = ''] = /^admin password: (\S+)$/m.exec(program.stdout) ?? [];
    const env = { PASSWORD: password };
    await using running = await spawnProgram(process.execPath, [file], { env });
    const exit = await running.exit;
    return { exit, stdout: running.stdout, stderr: running.stderr };
  } finally {
    await rm(file);
  }
}

describe.each(pages)(
  'each program of $path does what it is there for, and ends by itself',
  ({ text }) => {
    const snippets = snippetsOf(text);

    test.each(snippets.map((snippet) => [snippet.title, snippet] as const))(
      '%s',
      async (_, snippet) => {
        await using system = await serve(undefined, snippet.settings);
        const { exit, stdout, stderr } = await runSnippet(snippet, system);
        expect({ code: exit.code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).not.toBe('');
      },
    );

    test('there are some, and none is left out', () => {
      expect(snippets.length).toBeGreaterThan(3);
      expect(() => snippetsOf(text.replace('<!-- run -->', ''))).toThrow('how to run this');
    });
  },
);
