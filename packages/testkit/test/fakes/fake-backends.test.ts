import { describe, expect, it } from 'vitest';
import {
  fakeBackendNames,
  fakeBackendPath,
  freePort,
  isAlive,
  makeFakeCommand,
  processesWithMarker,
  spawnProgram,
  tempDir,
  waitFor,
} from '../../src/index.js';
import { run, runReady } from './running-fake.js';

describe('every fake', () => {
  it.each(fakeBackendNames)('%s answers --help and --version', async (name) => {
    await using help = await spawnProgram(fakeBackendPath(name), ['--help']);
    await using version = await spawnProgram(fakeBackendPath(name), ['--version']);
    expect([await help.exit, await version.exit]).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    expect(help.stdout).toMatch(/^-c, {4}--ctx-size N .*\n +\(env: LLAMA_ARG_CTX_SIZE\)$/m);
    expect(version.stderr).toMatch(/^version: \d/);
  });
});

describe('fakes that become healthy', () => {
  it.each([
    'ready',
    'ready-after',
    'crashes-later',
    'forks-children',
    'floods-log',
    'floods-log-while-loading',
    'long-lines',
    'binary-log',
    'levels',
    'answers-only-health',
    'goes-silent',
    'works-deaf',
  ] as const)('%s is healthy after its ready line and exits with 0 on SIGTERM', async (name) => {
    await using fake = await runReady(name);
    const health = await fake.get('/health');
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ status: 'ok' });
    expect(await fake.program.kill()).toEqual({ code: 0, signal: null });
  });
});

describe('fakes that end by themselves', () => {
  it.each([
    ['exits-early', 1, /^error: invalid argument: --x$/m],
    ['exits-zero', 0, / I srv {2}llama_server: initializing/],
    ['out-of-memory', 1, / E ggml_backend_cuda_buffer_type_alloc_buffer: .*: out of memory$/m],
    ['port-taken', 1, / E srv +start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port/],
  ] as const)('%s exits with %i', async (name, code, text) => {
    await using fake = await run(name);
    expect(await fake.program.exit).toEqual({ code, signal: null });
    expect(fake.program.stderr).toMatch(text);
  });
});

describe('ready', () => {
  it('tells its arguments and environment', async () => {
    await using fake = await runReady('ready', '--threads', '1');
    expect(await (await fake.get('/_args')).json()).toContain('--threads');
    expect(await (await fake.get('/_env')).json()).toHaveProperty('PATH');
    expect((await fake.get('/nowhere')).status).toBe(404);
  });

  it('echoes completions and chats, streamed too', async () => {
    await using fake = await runReady('ready');
    const messages = [{ role: 'user', content: 'two words' }];
    const completion = await fake.post('/completion', { prompt: 'two words' });
    expect(await completion.json()).toMatchObject({ content: 'two words', tokens_predicted: 2 });
    const chat = await fake.post('/v1/chat/completions', { messages });
    expect(await chat.json()).toMatchObject({ choices: [{ message: { content: 'two words' } }] });
    const stream = await (
      await fake.post('/v1/chat/completions', { messages, stream: true })
    ).text();
    const events = stream.trim().split('\n\n');
    expect(events).toHaveLength(4);
    expect(events[0]).toContain('"delta":{"content":"two"}');
    expect(events[3]).toBe('data: [DONE]');
  });

  it('writes to its log what it is told to', async () => {
    await using fake = await runReady('ready');
    await fake.post('/_log', 'out of the blue');
    await fake.program.waitForLine(/out of the blue/);
  });

  it('fails like llama-server when its port is taken', async () => {
    await using first = await runReady('ready');
    await using second = await run('ready', '--port', String(first.program.child.spawnargs[4]));
    expect(await second.program.exit).toEqual({ code: 1, signal: null });
    expect(second.program.stderr).toContain("couldn't bind HTTP server socket");
  });
});

describe('loading', () => {
  it('never-ready answers 503 and ends on SIGTERM', async () => {
    await using fake = await run('never-ready');
    await fake.program.waitForLine(/loading model 'model.gguf'/);
    const health = await fake.get('/health');
    expect(health.status).toBe(503);
    expect(health.headers.get('connection')).toBe('close');
    expect(await health.json()).toEqual({
      error: { message: 'Loading model', type: 'unavailable_error', code: 503 },
    });
    expect(await fake.program.kill()).toEqual({ code: 0, signal: null });
  });

  it('ready-after answers 503 first', async () => {
    await using fake = await run('ready-after', '--fake-delay-ms', '200');
    await fake.program.waitForLine(/loading model/);
    expect((await fake.get('/health')).status).toBe(503);
    await fake.program.waitForLine(/listening on/);
    expect((await fake.get('/health')).status).toBe(200);
  });

  it('floods-log-while-loading writes before it is ready', async () => {
    await using fake = await runReady('floods-log-while-loading', '--fake-lines', '3000');
    expect(fake.program.stderr.indexOf('flood line 3000 ')).toBeGreaterThan(0);
    expect(fake.program.stderr.indexOf('listening on')).toBeGreaterThan(
      fake.program.stderr.indexOf('flood line 3000 '),
    );
  });
});

describe('endings', () => {
  it('crashes-later exits with 3 when told to', async () => {
    await using fake = await runReady('crashes-later');
    await expect(fake.post('/_crash')).rejects.toThrow();
    expect(await fake.program.exit).toEqual({ code: 3, signal: null });
  });

  it('ignores-sigterm needs SIGKILL', async () => {
    await using fake = await runReady('ignores-sigterm');
    fake.program.kill('SIGTERM');
    await fake.program.waitForLine(/ignoring SIGTERM/);
    expect((await fake.get('/health')).status).toBe(200);
    expect(await fake.program.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('forks-children leaves two children behind', async () => {
    await using fake = await runReady('forks-children');
    const children = (await (await fake.get('/_children')).json()) as Record<string, number>;
    await fake.program.kill();
    const { sameGroup, ownSession } = children as { sameGroup: number; ownSession: number };
    expect([isAlive(sameGroup), isAlive(ownSession)]).toEqual([true, true]);
    await fake.program.killTree();
    await waitFor(() => processesWithMarker(fake.program.marker).length === 0);
  });

  it('daemonises leaves a child that serves', async () => {
    await using fake = await runReady('daemonises');
    expect(await fake.program.exit).toEqual({ code: 0, signal: null });
    expect((await fake.get('/health')).status).toBe(200);
    expect(processesWithMarker(fake.program.marker)).toHaveLength(1);
  });

  it('wrong-port refuses connections', async () => {
    await using fake = await runReady('wrong-port');
    await expect(fake.get('/health')).rejects.toThrow();
  });

  it('exits by itself when it is forgotten', async () => {
    await using fake = await run('never-ready', '--fake-lifetime-ms', '50');
    expect(await fake.program.exit).toEqual({ code: 86, signal: null });
  });
});

describe('logs', () => {
  it('floods-log numbers its lines and stays healthy', async () => {
    await using fake = await runReady('floods-log', '--fake-lines', '20000');
    await fake.program.waitForLine(/ I flood line 20000 -+$/);
    const numbers = [...fake.program.stderr.matchAll(/flood line (\d+) /g)].map(
      (match) => match[1],
    );
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, index) => String(index + 1)));
    expect((await fake.get('/health')).status).toBe(200);
  });

  it('floods-log can be slowed down', async () => {
    await using fake = await runReady('floods-log', '--fake-lines-per-second', '1000');
    const startedAt = performance.now();
    await fake.program.waitForLine(/flood line 300 /);
    expect(performance.now() - startedAt).toBeGreaterThan(200);
  });

  it('long-lines writes 10 MB in one line', async () => {
    await using fake = await runReady('long-lines');
    await fake.program.waitForLine(/ W second line after the long one/);
    const lengths = fake.program.stderr.split('\n').map((line) => line.length);
    expect(Math.max(...lengths)).toBe('0.00.000.000 I '.length + 10_000_000);
  });

  it('binary-log is not UTF-8', async () => {
    await using fake = await runReady('binary-log');
    expect(fake.program.stderr).toContain('\ufffd');
    await fake.program.waitForLine(/valid again: é ✓ 漢 🦙/);
  });

  it('levels writes each level', async () => {
    await using fake = await runReady('levels');
    for (const level of 'DIWE') await fake.program.waitForLine(new RegExp(`^\\S+ ${level} fake: `));
    await fake.program.waitForLine(/^a line without a prefix$/);
  });
});

describe('makeFakeCommand', () => {
  it('runs the fake with its parameters', async () => {
    await using dir = await tempDir();
    const command = await makeFakeCommand('crashes-later', {
      dir: dir.path,
      exitCode: 7,
      crashAfterMs: 1,
    });
    await using program = await spawnProgram(command, ['--port', String(await freePort())]);
    expect(await program.exit).toEqual({ code: 7, signal: null });
    await program.waitForLine(/listening on/);
  });
});
