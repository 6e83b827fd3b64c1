import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SpawnProgramOptions, spawnProgram, type TempDir, tempDir } from '@llamactl/testkit';
import { pack, publishedPackages } from '../../tools/run/packages.mjs';
import { builtFile } from './built-file.js';

type Environment = SpawnProgramOptions['env'];

/** An empty app that has the packages as npm would bring them. */
export interface InstalledApp extends AsyncDisposable {
  readonly path: string;
  /** Runs a script of the app to its end and returns what it wrote to stdout. */
  run(script: string, env?: Environment): Promise<string>;
  /** Does the same with a file that is in the app, by any version of Node; stderr must stay empty. */
  runFile(file: string, env: Environment, node?: string): Promise<string>;
}

/**
 * Packs published packages, and installs the tarballs in an empty folder with npm.
 *
 * @param names - Which ones; what they need of the others has to be among them. Default: all.
 */
export async function installedApp(names?: readonly string[]): Promise<InstalledApp> {
  builtFile('packages/core/dist/index.js');
  const dir = await tempDir('llamactl-app-');
  const { path } = dir;
  try {
    await install(dir, names);
  } catch (error) {
    await dir.remove();
    throw error;
  }
  return {
    path,
    async run(script, env) {
      await writeFile(join(path, 'main.mjs'), script);
      const { stdout } = await succeed(process.execPath, ['main.mjs'], path, env);
      return stdout;
    },
    async runFile(file, env, node = process.execPath) {
      const { stdout, stderr } = await succeed(node, [file], path, env);
      if (stderr !== '') throw new Error(`${node} ${file} complains:\n${stderr}`);
      return stdout;
    },
    [Symbol.asyncDispose]: () => dir.remove(),
  };
}

async function install({ path }: TempDir, names?: readonly string[]): Promise<void> {
  await writeFile(join(path, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const all = await publishedPackages();
  const wanted = all.filter(({ name }) => names?.includes(name) ?? true);
  const tarballs = await Promise.all(wanted.map((published) => pack(published, path)));
  await succeed('npm', ['install', '--no-audit', '--no-fund', ...tarballs], path);
}

async function succeed(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Environment = {},
): Promise<{ stdout: string; stderr: string }> {
  await using program = await spawnProgram(file, args, { cwd, env });
  const { code } = await program.exit;
  const { stdout, stderr } = program;
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${stdout}${stderr}`);
  return { stdout, stderr };
}
