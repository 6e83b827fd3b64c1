import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { startFakeApi } from './fixtures/fake-api.js';
import { runCli } from './fixtures/run-cli.js';

describe('a command line that is not understood', () => {
  it.each<[string[], string, string]>([
    [[], 'Which command?', 'Commands: ls, show'],
    [['strat', 'x'], 'There is no command "strat". Did you mean start', 'Usage: llamactl'],
    [['toString'], 'There is no command "toString".', 'Usage: llamactl'],
    [['ls', '--jsn'], 'There is no flag --jsn for ls. Did you mean --json?', 'Usage: llamactl ls'],
    [['--sever', 'http://h', 'ls'], 'There is no command "http://h".', 'Usage: llamactl'],
    [['ls', '-x'], 'There is no flag -x for ls.', 'llamactl ls --help'],
    [['ls', '--constructor'], 'There is no flag --constructor for ls.', ''],
    [['ls', '--force'], 'There is no flag --force for ls.', ''],
    [['ls', 'x'], '"x" is too much.', 'Usage: llamactl ls'],
    [['ls', '--json=yes'], '--json takes no value.', ''],
    [['ls', '--server'], '--server needs a value.', ''],
    [['ls', '--server', '--json'], '--server needs a value', ''],
    [['show'], 'Which instance? Give its name.', 'Usage: llamactl show NAME'],
    [['show', 'x', 'y z'], '"y z" is too much.', ''],
    [['create', 'x'], 'Which model? Give --model PATH.', 'Usage: llamactl create NAME'],
    [['create', 'x', '--model', '/m', '--port', '0'], '--port must be a whole number', ''],
    [['create', 'x', '--model', '/m', '--option', 'threads'], '--option must be key=value', ''],
    [['create', 'x', '--model', '/m', '--env', '=1'], '--env must be key=value', ''],
    [['logs', 'x', '-n', 'all'], '--lines must be a whole number from 1 to 10000, not "all"', ''],
    [['logs', 'x', '--level', 'warning'], '--level must be debug, info, warn, error', ''],
    [['start', 'x', '--timeout', '0'], '--timeout must be a number', ''],
    [['start'], 'Which instance? Give its name, or --all.', 'llamactl start NAME|--all'],
    [['start', 'x', '--all'], '"x" is too much.', ''],
    [['start', '--all', '--no-wait'], '--no-wait cannot go with --all', ''],
    [['start', '--all', '--timeout', '5'], '--timeout cannot go with --all', 'llamactl start'],
    [['stop', '--all', '--timeout', 'x'], '--timeout must be a number', 'llamactl stop NAME|--all'],
    [['rm', '--all'], 'There is no flag --all for rm.', ''],
  ])('%j', async (argv, message, usage) => {
    await using api = await startFakeApi();
    const { code, out, err } = await runCli(api, argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: /);
    expect(err).toContain(message);
    expect(err).toContain(usage);
    expect(api.seen).toEqual([]);
  });
});

describe('help and version', () => {
  it.each([['--help'], ['-h'], ['help']])('%s names every command', async (word) => {
    const { code, out } = await runCli(null, [word]);
    expect(code).toBe(0);
    for (const name of [
      'ls',
      'show',
      'create',
      'start',
      'stop',
      'restart',
      'rm',
      'logs',
      'status',
      'events',
      'login',
      'logout',
      'whoami',
      'users add',
      'keys create',
      'config set',
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${name} +[A-Z]`, 'm'));
    }
    expect(out).toContain('LLAMACTL_TOKEN');
  });

  it.each([
    ['start', '--help'],
    ['--help', 'start'],
    ['help', 'start'],
  ])('%s %s describes the command', async (...argv) => {
    const { code, out } = await runCli(null, argv);
    expect(code).toBe(0);
    expect(out).toContain('Usage: llamactl start NAME|--all [--no-wait] [--timeout S]');
  });

  it.each([
    ['users', '--help'],
    ['--help', 'users'],
    ['help', 'users'],
  ])('%s %s lists the commands of a group', async (...argv) => {
    const { code, out } = await runCli(null, argv);
    expect(code).toBe(0);
    expect(out).toContain('Usage: llamactl users COMMAND');
    expect(out).toMatch(/^ {2}llamactl users set-role USER ROLE +Change the role/m);
    expect(out).not.toContain('llamactl keys');
  });

  it.each([
    ['users add', 'Usage: llamactl users add USER ROLE [--password-stdin]'],
    ['config set', 'Usage: llamactl config set KEY=VALUE…'],
    ['config get', 'Usage: llamactl config get [KEY]'],
    ['keys create', 'llamactl keys create NAME [--scope SCOPE]… [--instance NAME]… [--days N]'],
  ])('%s --help describes the command', async (name, usage) => {
    const { code, out } = await runCli(null, [...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain(usage);
  });

  it('--version prints the version of the package', async () => {
    expect(await runCli(null, ['--version'])).toEqual({
      code: 0,
      out: `${packageJson.version}\n`,
      err: '',
    });
  });
});

describe('where the server is', () => {
  it('comes from --server before LLAMACTL_URL', async () => {
    await using api = await startFakeApi();
    const env = { LLAMACTL_URL: 'http://127.0.0.1:1', LLAMACTL_TOKEN: 'abc' };
    const { code } = await runCli(null, ['--server', `${api.url}/api`, 'ls'], { env });
    expect(code).toBe(0);
    expect(api.seen).toMatchObject([
      { id: 'listInstances', headers: { authorization: 'Bearer abc' } },
    ]);
  });

  it('is said, with how to start one, when nothing is there', async () => {
    const { code, out, err } = await runCli(null, ['ls']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('error: Cannot reach http://127.0.0.1:1/api/instances');
    expect(err).toContain('npx @llamactl/server');
    expect(err).toContain('--server URL or LLAMACTL_URL');
  });

  it('must be an address', async () => {
    const { code, err } = await runCli(null, ['ls', '--server', 'localhost:8080']);
    expect(code).toBe(1);
    expect(err).toContain('as in http://localhost:8080');
  });
});

describe('an error of the API', () => {
  it('is printed with details, issues and suggestions', async () => {
    const body = {
      error: 'There is no option "thread".',
      code: 'UNKNOWN_OPTION',
      details: 'Use the name of a flag of the backend.',
      issues: [{ path: 'options.thread', message: 'unknown' }],
      suggestions: ['threads', 'threads_batch'],
    };
    await using api = await startFakeApi({ createInstance: [{ status: 400, body }] });
    const argv = ['create', 'x', '--model', '/m.gguf', '--option', 'thread=4'];
    expect(await runCli(api, argv)).toEqual({
      code: 1,
      out: '',
      err: `error: There is no option "thread".
  Use the name of a flag of the backend.
  options.thread: unknown
  Did you mean threads, threads_batch?
`,
    });
  });

  it('names the request when the fault is the server’s, and the token when one is missing', async () => {
    const body = { error: 'Something went wrong.', code: 'INTERNAL_ERROR', details: '' };
    const headers = { 'x-request-id': 'r1' };
    await using api = await startFakeApi({
      listInstances: [
        { status: 500, body, headers },
        { status: 401, body, headers },
      ],
    });
    expect((await runCli(api, ['ls'])).err).toBe(
      'error: Something went wrong.\n  Request id: r1\n',
    );
    expect((await runCli(api, ['ls'])).err).toContain('LLAMACTL_API_KEY');
  });

  it('cannot write control characters to the terminal', async () => {
    const body = { error: 'bad \u001b[31mred', code: 'INTERNAL_ERROR', details: '' };
    await using api = await startFakeApi({ listInstances: [{ status: 500, body }] });
    expect((await runCli(api, ['ls'])).err).toBe('error: bad \\x1b[31mred\n');
  });
});
