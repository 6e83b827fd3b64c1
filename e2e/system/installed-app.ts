import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SpawnProgramOptions, spawnProgram, type TempDir, tempDir } from '@llamactl/testkit';
import { pack, publishedPackages } from '../../tools/run/packages.mjs';
import { builtFile } from './built-file.js';

/** An empty app that has the packages as npm would bring them. */
export interface InstalledApp extends AsyncDisposable {
  readonly path: string;
  /** Runs a script of the app to its end and returns what it wrote to stdout. */
  run(script: string, env?: SpawnProgramOptions['env']): Promise<string>;
}

/** Packs every published package, and installs the tarballs in an empty folder with npm. */
export async function installedApp(): Promise<InstalledApp> {
  builtFile('packages/core/dist/index.js');
  const dir = await tempDir('llamactl-app-');
  try {
    await install(dir);
  } catch (error) {
    await dir.remove();
    throw error;
  }
  return {
    path: dir.path,
    run: (script, env) => runScript(dir.path, script, env),
    [Symbol.asyncDispose]: () => dir.remove(),
  };
}

async function install({ path }: TempDir): Promise<void> {
  await writeFile(join(path, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const packages = await publishedPackages();
  const tarballs = await Promise.all(packages.map((published) => pack(published, path)));
  await succeed('npm', ['install', '--no-audit', '--no-fund', ...tarballs], { cwd: path });
}

async function runScript(
  path: string,
  script: string,
  env: SpawnProgramOptions['env'] = {},
): Promise<string> {
  await writeFile(join(path, 'main.mjs'), script);
  return succeed(process.execPath, ['main.mjs'], { cwd: path, env });
}

async function succeed(
  file: string,
  args: readonly string[],
  options: SpawnProgramOptions,
): Promise<string> {
  await using program = await spawnProgram(file, args, options);
  const { code } = await program.exit;
  if (code !== 0) {
    throw new Error(`${file} ended with ${code}:\n${program.stdout}${program.stderr}`);
  }
  return program.stdout;
}
