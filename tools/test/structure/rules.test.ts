import { describe, expect, test } from 'vitest';
import { structureProblems } from '../../structure/rules.mjs';

const problems = (path: string, text: string) => structureProblems([{ path, text }]);
const marker = ['TO', 'DO'].join('');
const off = (word: string) => ['test', `${word}('x', () => {});`].join('.');

describe('each rule complains about', () => {
  test.each([
    ['a file that is too long', 'packages/core/src/a.ts', 'x\n'.repeat(251), '251 lines'],
    ['a drawer', 'packages/core/src/utils.ts', '', '"utils" says nothing'],
    ['a drawer among words', 'packages/core/src/process-manager.ts', '', '"process-manager"'],
    ['a folder that is a drawer', 'packages/core/src/common/clock.ts', '', '"common"'],
    ['a name that is not kebab-case', 'packages/core/src/logRing.ts', '', 'kebab-case'],
    ['work left over', 'packages/core/src/a.ts', `x\n// ${marker}: y`, `a.ts:2: ${marker}`],
    ['a test that is left out', 'packages/core/test/a.test.ts', off('skip'), '.skip'],
    ['a test that leaves others out', 'packages/core/test/a.test.ts', off('only'), '.only'],
    [
      'a test that a condition leaves out',
      'packages/core/test/a.test.ts',
      off('skipIf(x)'),
      '.skipIf',
    ],
    ['a test that a condition lets run', 'packages/core/test/a.test.ts', off('runIf(x)'), '.runIf'],
    ['a test that leaves itself out', 'packages/core/test/a.test.ts', 'ctx.skip();', '.skip'],
    ['a test to be written', 'packages/core/test/a.test.ts', off('todo'), '.todo'],
  ])('%s', (_, path, text, complaint) => {
    expect(problems(path, text)).toEqual([expect.stringContaining(complaint)]);
  });

  test.each([
    ['core', `import { x } from '@llamactl/server';`],
    ['core', `import Koa from 'koa';`],
    ['core', `import Router from '@koa/router';`],
    ['core', `const { WebSocket } = await import('ws');`],
    ['core', `import type { X } from '../../contract/src/x.js';`],
    ['contract', `import { readFile } from 'node:fs/promises';`],
    ['contract', `import { x } from '@llamactl/core';`],
    ['client', `import { x } from '@llamactl/core';`],
    ['client', `export * from 'path';`],
    ['client', `import 'node:process';`],
    ['client', `import {\n  a,\n  b,\n} from 'node:http';`],
    ['client', `/** A. */\nimport { x } from '@llamactl/core';`],
    ['server', `import { x } from '@llamactl/client';`],
    ['testkit', `import { x } from '@llamactl/core';`],
    ['testkit', `import { x } from '@llamactl/client';`],
    ['newcomer', `import { x } from '@llamactl/core';`],
  ])('an import against the direction: %s, %s', (home, text) => {
    expect(problems(`packages/${home}/src/a.ts`, text)).toHaveLength(1);
  });
});

test.each([
  ['packages/core/src/process/spawn.ts', `import { x } from '@llamactl/contract';\n`],
  ['packages/core/src/process/spawn.ts', `import { x } from '../logs/log.js';\n`],
  ['packages/core/src/a.ts', `import { x } from 'node:fs';\n`],
  [
    'packages/client/src/a.ts',
    `export interface A {}\n/**\n * import { b } from '@llamactl/client';\n */\nexport type B = A;\n`,
  ],
  ['packages/client/src/socket/websocket-node.ts', `import { x } from 'node:http';\n`],
  ['packages/core/src/a.ts', 'x\n'.repeat(250)],
  ['packages/core/test/a.test.ts', `import { x } from '@llamactl/testkit';\n`],
  ['packages/testkit/src/a.ts', `import { x } from '@llamactl/contract';\n`],
  ['packages/server/src/a.ts', `import pkg from '../package.json' with { type: 'json' };\n`],
  ['packages/server/src/app.ts', `import Koa from 'koa';\n`],
  ['apps/cli/src/main.ts', `import { x } from '@llamactl/client';\n`],
  ['packages/core/test/a.test.ts', `console.log('skipped: needs root');\n${off('skipIf(x)')}`],
  ['packages/core/test/a.test.ts', off("runIf(process.platform === 'linux')")],
  ['vitest.config.ts', ''],
])('nothing is wrong with %s', (path, text) => {
  expect(problems(path, text)).toEqual([]);
});
