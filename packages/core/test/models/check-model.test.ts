import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { type CheckModelOptions, checkModelFile } from '../../src/models/check-model.js';

const field = 'model_path';

async function refusal(
  path: string,
  { roots = [], dataDir }: Partial<CheckModelOptions> = {},
): Promise<LlamactlError> {
  const options = { roots, dataDir, field };
  const error = await checkModelFile(path, options).catch((thrown: unknown) => thrown);
  if (!LlamactlError.is(error)) throw new Error(`${path} was not refused: ${error}`);
  expect(error.issues).toEqual([{ path: field, message: expect.any(String) }]);
  expect(error.details).not.toBe('');
  return error;
}

test('C18: a file passes, also through links', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'model.gguf');
  await writeFile(file, 'GGUF');
  await symlink(file, join(dir.path, 'first'));
  await symlink('first', join(dir.path, 'second'));
  await checkModelFile(file, { roots: [], field });
  await checkModelFile(join(dir.path, 'second'), { roots: [dir.path], field });
});

test('a file that is not there is MODEL_NOT_FOUND, with its path', async () => {
  await using dir = await tempDir();
  const path = join(dir.path, 'nothing.gguf');
  const error = await refusal(path);
  expect(error.code).toBe('MODEL_NOT_FOUND');
  expect(error.message).toContain(path);
  await writeFile(path, '');
  expect((await refusal(join(path, 'deeper'))).code).toBe('MODEL_NOT_FOUND');
});

test('C18: a relative path is refused with a whole one as a hint, which is not ours', async () => {
  const error = await refusal('models/a.gguf');
  expect(error.code).toBe('MODEL_PATH_FORBIDDEN');
  expect(error.details).toContain('/models/a.gguf');
  expect(error.details).not.toContain(process.cwd());
  expect((await refusal('~/a.gguf')).details).toContain('/home/you/a.gguf');
});

test('C18: folders, pipes, sockets, devices, files of the system, loops and NUL are refused', async () => {
  await using dir = await tempDir();
  const at = (name: string) => join(dir.path, name);
  await mkdir(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  const server = createServer().listen(at('socket'));
  await symlink('loop', at('loop'));
  await symlink('/dev/zero', at('link-to-device'));
  const refused = {
    [at('folder')]: /is a folder/,
    [at('pipe')]: /is a pipe/,
    [at('socket')]: /is a socket/,
    [at('loop')]: /ELOOP/,
    [at('link-to-device')]: /file of the system/,
    '/dev/null': /file of the system/,
    '/proc/self/environ': /file of the system/,
    '/proc/version': /file of the system/,
    '/sys/kernel/notes': /file of the system|no file/,
    [at('a\0b')]: /NUL/,
    [at('a\nb')]: /line break/,
  };
  for (const [path, pattern] of Object.entries(refused)) {
    const error = await refusal(path);
    expect(error.message).toMatch(pattern);
    if (!path.startsWith('/sys')) expect(error.code).toBe('MODEL_PATH_FORBIDDEN');
  }
  server.close();
});

test('C18: with roots, only files under one of them pass, by where links lead', async () => {
  await using dir = await tempDir();
  const at = (...names: string[]) => join(dir.path, ...names);
  await mkdir(at('models'));
  await mkdir(at('models-of-others'));
  await writeFile(at('models', 'in.gguf'), '');
  await writeFile(at('models-of-others', 'out.gguf'), '');
  await symlink(at('models-of-others', 'out.gguf'), at('models', 'leads-out.gguf'));
  await symlink(at('models', 'in.gguf'), at('leads-in.gguf'));
  await symlink(at('models'), at('linked-root'));

  for (const root of [at('models'), at('linked-root'), relative(process.cwd(), at('models'))]) {
    const roots = ['/no/such/folder', root];
    await checkModelFile(at('models', 'in.gguf'), { roots, field });
    await checkModelFile(at('linked-root', 'in.gguf'), { roots, field });
    await checkModelFile(at('leads-in.gguf'), { roots, field });
    for (const path of [
      at('models-of-others', 'out.gguf'),
      at('models', 'leads-out.gguf'),
      at('models', '..', 'models-of-others', 'out.gguf'),
      at('models'),
    ])
      expect((await refusal(path, { roots })).code).toBe('MODEL_PATH_FORBIDDEN');
    expect((await refusal(at('models', 'none.gguf'), { roots })).code).toBe('MODEL_NOT_FOUND');
  }
});

test('C18: whether a file exists outside the roots is not told', async () => {
  await using dir = await tempDir();
  await mkdir(join(dir.path, 'models'));
  await writeFile(join(dir.path, 'there'), '');
  const roots = [join(dir.path, 'models')];
  const tell = async (name: string) => {
    const error = await refusal(join(dir.path, name), { roots });
    return `${error.code} ${error.message}`.replace(name, 'NAME');
  };
  expect(await tell('there')).toBe(await tell('not-there'));
});

test('C18: a file that may not be read is refused', async () => {
  await using dir = await tempDir();
  await chmod(dir.path, 0o755);
  const closed = join(dir.path, 'closed');
  await mkdir(closed);
  const hidden = join(closed, 'model.gguf');
  const unreadable = join(dir.path, 'model.gguf');
  await writeFile(hidden, '');
  await writeFile(unreadable, '', { mode: 0o000 });
  await chmod(closed, 0o000);
  // Root may do everything. Somebody else does not get into the folder; only access(2) still sees root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    for (const path of isRoot ? [hidden] : [hidden, unreadable]) {
      const error = await refusal(path);
      expect(error.code).toBe('MODEL_PATH_FORBIDDEN');
      expect(error.message).toMatch(/cannot be read \(EACCES\)/);
    }
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(closed, 0o700);
  }
});

test('a file of the data folder is no model, but for those in a root within it', async () => {
  await using dir = await tempDir();
  const at = (...names: string[]) => join(dir.path, ...names);
  await mkdir(at('data', 'models'), { recursive: true });
  await symlink(at('data'), at('linked-data'));
  for (const name of ['llamactl.db', 'models/a.gguf']) await writeFile(at('data', name), '');
  await symlink(at('data', 'llamactl.db'), at('leads-in.gguf'));
  await symlink(at('data', 'llamactl.db'), at('data', 'models', 'leads-out.gguf'));

  const dataDir = at('linked-data');
  const secret = [
    at('data', 'llamactl.db'),
    at('linked-data', 'llamactl.db'),
    at('leads-in.gguf'),
    at('data', 'not-there'),
  ];
  const cases = [
    { roots: [], paths: [...secret, at('data', 'models', 'a.gguf')] },
    { roots: [dir.path, at('data')], paths: [...secret, at('data', 'models', 'a.gguf')] },
    {
      roots: [dir.path, at('data', 'models')],
      paths: [...secret, at('data', 'models', 'leads-out.gguf')],
    },
  ];
  for (const { roots, paths } of cases) {
    for (const path of paths) {
      const error = await refusal(path, { roots, dataDir });
      expect(error.code).toBe('MODEL_PATH_FORBIDDEN');
      expect(error.message).toMatch(/lies in the data folder/);
    }
  }
  const roots = [at('data', 'models')];
  await checkModelFile(at('linked-data', 'models', 'a.gguf'), { roots, dataDir, field });
});
