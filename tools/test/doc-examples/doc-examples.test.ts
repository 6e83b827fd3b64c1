import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { describe, expect, test } from 'vitest';
import { exampleProblems } from '../../doc-examples/example-problems.mjs';
import { markdownExamples } from '../../doc-examples/markdown-examples.mjs';
import { publicNames } from '../../doc-examples/public-names.mjs';
import { root } from '../../run/paths.mjs';

const source = `
class Base {
  /** Stops. */
  stop(): void {}
  protected hidden(): void {}
}

/**
 * A thing.
 *
 * @example
 * \`\`\`ts
 * new Thing();
 * \`\`\`
 */
export class Thing extends Base {
  readonly #secret = 1;

  /**
   * Starts.
   * @example
   * \`\`\`ts
   * if (true) {
   *   new Thing().start();
   * }
   * \`\`\`
   */
  start(): number {
    return this.#secret;
  }
}

export interface Bare {}
`;

describe('publicNames', () => {
  test('finds exports and public members, inherited ones too, each with its examples', async () => {
    await using dir = await tempDir('doc-examples-');
    const entry = join(dir.path, 'index.ts');
    await writeFile(entry, source);
    const options = { root: dir.path, home: dir.path, withMembers: ['Thing'] };
    const names = publicNames(entry, options);
    expect(names.map(({ name, examples }) => [name, examples.length])).toEqual([
      ['Thing', 1],
      ['Thing.start', 1],
      ['Thing.stop', 0],
      ['Bare', 0],
    ]);
    expect(names[1]?.examples).toEqual([
      {
        where: 'index.ts:21',
        code: expect.stringMatching(/^if \(true\) \{\s+new Thing\(\).start\(\);\s+\}$/),
      },
    ]);
    expect(names[3]?.where).toBe('index.ts:33');
  });
});

describe('markdownExamples', () => {
  test('finds programs, and nothing else', () => {
    const page =
      '# A\n\n```bash\nls\n```\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n```js\na();\n```\n';
    expect(markdownExamples('a.md', page)).toEqual([
      { where: 'a.md:7', code: 'const a = 1;\n\nconst b = 2;\n' },
      { where: 'a.md:12', code: 'a();\n' },
    ]);
  });
});

describe('exampleProblems', () => {
  const problems = (...codes: readonly string[]) =>
    exampleProblems(
      codes.map((code, index) => ({ where: `a.ts:${index}`, code })),
      join(root, 'packages/client'),
    );

  test('is content with what compiles, and gives a client to what makes none', () => {
    const own = `import { LlamactlClient } from '@llamactl/client';
const client = new LlamactlClient({ baseUrl: 'http://localhost:8080' });
await client.getHealth();`;
    expect(problems(own, 'await client.getReady();')).toEqual([]);
  });

  test('complains about what does not, saying where', () => {
    const found = problems(
      'await client.getReady();',
      'await client.getRaedy();',
      `import { Llama } from '@llamactl/client';`,
      'const text: string = await client.listInstances();',
      'const broken = ;',
    );
    expect(found.map((problem) => problem.split(' ')[0])).toEqual([
      'a.ts:1:',
      'a.ts:2:',
      'a.ts:3:',
      'a.ts:4:',
    ]);
    expect(found[0]).toContain(`'getRaedy' does not exist`);
  });
});
