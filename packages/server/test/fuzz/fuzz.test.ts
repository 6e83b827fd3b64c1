import { type FakeBackendName, freePort } from '@llamactl/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hints } from './arbitrary-of.js';
import { documentedOperations } from './document-operations.js';
import { fuzzRequest } from './fuzz-request.js';
import { fuzzCases, fuzzSeed } from './fuzz-settings.js';
import { startFuzzTarget } from './fuzz-target.js';
import { knownKey, runSequence, type Sequence, type Tally } from './run-sequence.js';

/** Servers whose instances get ready, fail at once, or never get ready. */
const servers: [fake: FakeBackendName, auth: boolean, share: number][] = [
  ['ready', false, 0.35],
  ['never-ready', false, 0.25],
  ['exits-early', true, 0.4],
];
const longest = 50;

/** Of all servers: what none of them answers with success was hardly tested. */
const total: Tally = new Map();

describe(`every answer is documented (LLAMACTL_FUZZ_SEED=${fuzzSeed})`, () => {
  it.each(servers)(
    'of a server whose instances run %s, authentication %s',
    { timeout: Math.max(300_000, fuzzCases * 100) },
    async (fake, auth, share) => {
      await using target = await startFuzzTarget(fake, auth);
      const sequences = sequencesFor(await hintsFor(target.test.model, target.password));
      const tally: Tally = new Map();
      const run = (sequence: Sequence) => runSequence(target, sequence, tally);
      for (let seed = fuzzSeed; sumOf(tally) < fuzzCases * share; seed += 1) {
        await fc.assert(fc.asyncProperty(sequences, run), {
          seed,
          numRuns: 5,
          // A failure is made smaller for so long.
          interruptAfterTimeLimit: 120_000,
        });
      }
      for (const [what, times] of tally) total.set(what, (total.get(what) ?? 0) + times);
    },
  );

  it('and operations do what they are asked to, often enough for that to mean something', () => {
    const missed = documentedOperations.filter(({ id, answers }) => {
      const successes = Object.keys(answers).filter((status) => status < '300');
      return !successes.some((status) => total.has(`${id} ${status}`));
    });
    // Of few requests some lead nowhere by chance.
    const most = fuzzCases < 3_000 ? documentedOperations.length : 12_000 / fuzzCases;
    expect(missed.map(({ id }) => id).slice(most)).toEqual([]);
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
    Username: fc.constantFrom('alice', 'alice', 'Bob'),
    id: fc.constant(knownKey),
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

function mostly(usual: unknown, ...others: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}
