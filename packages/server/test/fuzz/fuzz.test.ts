import { freePort } from '@llamactl/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hints } from './arbitrary-of.js';
import { documentedOperations } from './document-operations.js';
import { fuzzRequest } from './fuzz-request.js';
import { fuzzCases, fuzzSeed } from './fuzz-settings.js';
import { type FuzzedServer, startFuzzTarget } from './fuzz-target.js';
import { knownId, runSequence, type Sequence, type Tally } from './run-sequence.js';

/** Servers whose instances get ready, fail at once, or never get ready; each gets a share of the requests. */
const servers: (FuzzedServer & { readonly share: number })[] = [
  { fake: 'ready', auth: false, share: 0.35 },
  { fake: 'never-ready', auth: false, limit: 50, share: 0.25 },
  { fake: 'exits-early', auth: true, share: 0.4 },
];
/** Each sequence begins with a server that was cleared, which takes longer than many requests. */
const longest = 100;

/** Of all servers: what none of them answers with success was hardly tested. */
const total: Tally = new Map();

describe(`every answer is documented (LLAMACTL_FUZZ_SEED=${fuzzSeed})`, () => {
  it.each(servers)(
    'of a server whose instances run $fake, authentication $auth, limit $limit',
    { timeout: Math.max(300_000, fuzzCases * 100) },
    async ({ share, ...server }) => {
      await using target = await startFuzzTarget(server);
      const sequences = sequencesFor(await hintsFor(target.test.model, target.password));
      const tally: Tally = new Map();
      const run = (sequence: Sequence) => runSequence(target, sequence, tally);
      for (let seed = fuzzSeed; sumOf(tally) < fuzzCases * share; seed += 1) {
        await fc.assert(fc.asyncProperty(sequences, run), {
          seed,
          numRuns: 3,
          // A failure is made smaller for so long.
          interruptAfterTimeLimit: 120_000,
        });
      }
      expect(target.warnings).toEqual([]);
      for (const [what, times] of tally) total.set(what, (total.get(what) ?? 0) + times);
    },
  );

  it('and operations do what they are asked to, often enough for that to mean something', () => {
    const own = documentedOperations.filter(({ isProxied }) => !isProxied);
    const missed = own.filter(({ id, answers }) => {
      const successes = Object.keys(answers).filter((status) => status < '300');
      return !successes.some((status) => total.has(`${id} ${status}`));
    });
    // Of few requests some lead nowhere by chance.
    const most = fuzzCases < 3_000 ? documentedOperations.length : 12_000 / fuzzCases;
    expect(missed.map(({ id }) => id).slice(most)).toEqual([]);
    const limited = [...total.keys()].filter((what) => what.endsWith(' 429'));
    if (fuzzCases >= 3_000) expect(limited.length).toBeGreaterThan(5);
    console.log(`fuzz: ${sumOf(total)} requests, ${total.size} kinds of answers, seed ${fuzzSeed}`);
  });
});

function sumOf(tally: Tally): number {
  return [...tally.values()].reduce((sum, times) => sum + times, 0);
}

function sequencesFor(hints: Hints): fc.Arbitrary<Sequence> {
  return fc.record({
    begin: fc.constantFrom('empty', 'defined', 'started', 'started'),
    requests: fc.array(fuzzRequest(hints), { minLength: 1, maxLength: longest, size: 'max' }),
    atOnce: fc.constantFrom(1, 1, 4),
  });
}

/** Values that lead somewhere: few names, so that requests meet, and things that exist. */
async function hintsFor(model: string, password: string): Promise<Hints> {
  const port = await freePort();
  const passwords = fc.constantFrom('a long password', 'another password');
  return {
    InstanceName: fc.constantFrom('alpha', 'alpha', 'ALPHA', 'beta'),
    Login: fc.constant({ username: 'admin', password }),
    ConfigFile: fc.oneof(settings('rate_limit', 'regular'), settings('logs', 'max_files')),
    Username: fc.constantFrom('alice', 'alice', 'Bob'),
    id: fc.constant(knownId),
    path: fc.constantFrom('health', 'props', 'completion'),
    model_path: mostly(model, '/nowhere.gguf', '/dev/null'),
    backend: fc.constant('llama-cpp'),
    port: mostly(port, 1),
    command: fc.constant(null),
    options: mostly({}, { threads: 1 }, { thread: 1 }, { host: 'a' }, { tools: true }),
    env: mostly({}, { CUDA_VISIBLE_DEVICES: '0' }, { LD_PRELOAD: 'a' }),
    extra_args: mostly([], ['--no-warmup'], ['--host', 'a']),
    password: passwords,
    current_password: passwords,
    scopes: fc.constantFrom(['read'], ['read', 'operate', 'inference']),
    timeout: fc.constantFrom(0, 0.1, 1),
    follow: mostly(false, true),
    everywhere: fc.constant(false),
  };
}

/** What a configuration may be changed to over the API. */
function settings(section: string, name: string): fc.Arbitrary<unknown> {
  return fc.integer({ min: 1, max: 100 }).map((value) => ({ [section]: { [name]: value } }));
}

function mostly(usual: unknown, ...others: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}
