import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawnProgram } from '@llamactl/testkit';
import openapiTypescript, { astToString } from 'openapi-typescript';

/** A program whose types were generated from the OpenAPI document by somebody else's generator. */
export interface GeneratedClient extends AsyncDisposable {
  /** Compiles a program that imports `paths` from `./api.js`; returns what the compiler complains about. */
  compile(program: string): Promise<string>;
  /** Runs what was compiled; returns what it wrote to stdout. */
  run(env: Readonly<Record<string, string>>): Promise<string>;
}

const options = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM'],
  module: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  // What node has, the program takes from the DOM.
  types: [],
};

const { resolve } = createRequire(import.meta.url);

/** Generates types of the document in a folder of its own, where packages of this workspace are found. */
export async function generatedClient(): Promise<GeneratedClient> {
  const cache = join(import.meta.dirname, '..', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'generated-client-'));
  const document = pathToFileURL(resolve('@llamactl/contract/openapi.json'));
  const types = astToString(await openapiTypescript(document));
  await writeFile(join(folder, 'api.ts'), types);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  return {
    async compile(program) {
      await writeFile(join(folder, 'main.ts'), program);
      const tsc = join(resolve('typescript/package.json'), '..', 'bin', 'tsc');
      return (await runNode(folder, [tsc, '--project', folder])).stdout;
    },
    async run(env) {
      const { code, stdout, stderr } = await runNode(folder, ['main.js'], env);
      if (code !== 0) throw new Error(`the program ended with ${code}:\n${stderr}`);
      return stdout;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function runNode(cwd: string, args: string[], env: Readonly<Record<string, string>> = {}) {
  await using program = await spawnProgram(process.execPath, args, { cwd, env });
  const { code } = await program.exit;
  return { code, stdout: program.stdout, stderr: program.stderr };
}
