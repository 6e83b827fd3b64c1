import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { spawnProgram } from '@llamactl/testkit';

/** How an app resolves what it imports: its kind of module, and its settings of the compiler. */
export interface AppKind {
  readonly type: 'module' | 'commonjs';
  readonly settings: Readonly<Record<string, string>>;
}

const { resolve } = createRequire(import.meta.url);
const strictest = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  // Types of packages are looked into as well, those of the language are not.
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  types: [],
  noEmit: true,
};

/** Compiles a program in an app that is installed; returns what the compiler complains about. */
export async function typeCheck(
  appFolder: string,
  program: string,
  { type, settings }: AppKind,
): Promise<string> {
  const folder = join(appFolder, `typed-${crypto.randomUUID()}`);
  await mkdir(folder);
  await copyFile(program, join(folder, 'main.ts'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  const config = { compilerOptions: { ...strictest, ...settings }, include: ['main.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(resolve('typescript/package.json'), '..', 'bin', 'tsc');
  await using compiler = await spawnProgram(process.execPath, [tsc, '--project', folder]);
  await compiler.exit;
  return compiler.stdout + compiler.stderr;
}
