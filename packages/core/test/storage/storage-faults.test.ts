import { cp, readdir } from 'node:fs/promises';
import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleAll } from '../../src/support/settle-all.js';
import { type BuiltProgram, buildProgram } from '../build-program.js';
import { cheapBackend } from '../cheap-backend.js';
import { doubleBreaches, emptyTreeBreaches, processesOf } from '../invariants.js';
import { type KeptHome, keptHome } from '../kept-home.js';
import {
  type CallPoint,
  callPoints,
  canTrace,
  type Fault,
  runWithFault,
  traceOf,
} from './traced-program.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const fewest = 60;
const lanes = 3;
const within = { timeoutMs: 60_000 };
const faults: readonly Fault[] = ['signal=KILL', 'error=ENOSPC', 'error=EIO'];

if (!canTrace) console.log('skipped: needs strace and the right to trace');

let program: BuiltProgram;
let template: KeptHome;
const cheap = { backends: { 'llama-cpp': cheapBackend() } };
beforeAll(async () => {
  program = await buildProgram(new URL('change-all.ts', import.meta.url));
  template = await keptHome();
  const llamactl = await template.open(cheap);
  for (const name of ['a', 'c']) {
    await llamactl.create({ name, model_path: template.model, options: { seed: 1 } });
  }
  await llamactl.dispose();
});
afterAll(async () => {
  await template[Symbol.asyncDispose]();
  await program[Symbol.asyncDispose]();
});

/** A data folder with the instances a and c, and the arguments of the program that works on it. */
async function freshHome() {
  const home = await keptHome();
  await cp(`${template.dataDir}/instances`, `${home.dataDir}/instances`, { recursive: true });
  const { dataDir, model, portRange } = home;
  const args = [program.file, JSON.stringify({ dataDir, model, portRange })];
  return { home, args };
}

/** Definitions as the program lists them, as far as they are certain, by what it said. */
function rightLists(said: ReadonlyMap<string, string>): string[] {
  const either = (what: string, before: string, after: string) => {
    const outcome = said.get(what);
    if (outcome === undefined) return [before, after];
    return outcome === 'done' ? [after] : [before];
  };
  const lists = [[]] as string[][];
  const parts = [either('update a', 'a 1', 'a 2'), either('create b', '', 'b 2')];
  parts.push(either('remove c', 'c 1', ''));
  return parts
    .reduce((all, part) => all.flatMap((list) => part.map((one) => [...list, one])), lists)
    .map((list) => list.filter((one) => one !== '').join(', '));
}

/** What the program said of each operation. */
function outcomes(stdout: string): Map<string, string> {
  const pairs = stdout.split('\n').map((line) => line.split(': ') as [string, string]);
  return new Map(pairs.filter(([, outcome]) => outcome !== undefined));
}

/** Does the fault to a manager, and looks at what the next one finds; whether the fault came where it should. */
async function tryFault(point: CallPoint, fault: Fault): Promise<boolean> {
  const { home, args } = await freshHome();
  await using _home = home;
  const folder = home.dataDir;
  const told = await runWithFault(args, point, { fault, folder });
  if (told === null) return false;
  const said = outcomes(told.stdout);
  const at = { fault, line: point.line, ...told };
  const code = fault === 'error=ENOSPC' ? 'STORAGE_FULL' : 'STORAGE_ERROR';
  const isKill = fault === 'signal=KILL';
  const odd = [...said].filter(
    ([what, outcome]) =>
      what !== 'list' && !['done', code, 'INSTANCE_NOT_RUNNING'].includes(outcome),
  );
  const isServing = said.has('dispose') || said.get('open') === code;
  expect({ ...at, odd, isServing }).toEqual({ ...at, odd: [], isServing: !isKill });

  const warnings: string[] = [];
  const llamactl = await home.open({ ...cheap, onWarning: (message) => warnings.push(message) });
  const list = llamactl.list().map(({ name, options: { seed } }) => `${name} ${seed}`);
  expect(rightLists(said)).toContain(list.join(', '));
  if (said.has('list'))
    expect({ ...at, list: list.join(', ') }).toEqual({ ...at, list: said.get('list') });
  const isSettled = () =>
    llamactl.list().every(({ status }) => !['starting', 'stopping'].includes(status));
  await waitFor(isSettled, within);
  const processes = processesOf(home.owner);
  const orphans = emptyTreeBreaches(llamactl.list(), processes);
  const files = await readdir(`${home.dataDir}/instances`);
  const left = files.filter((name) => !/^instance-[abc]\.json$/.test(name));
  expect({ ...at, doubles: doubleBreaches(processes), orphans, left, warnings }).toEqual({
    ...{ ...at, doubles: [], orphans: [], left: [], warnings: [] },
  });
  await llamactl.stopAll({ force: true });
  await llamactl.dispose();
  return true;
}

/** So many of a list, evenly spread. */
function spread<T>(list: readonly T[], count: number): T[] {
  const every = Math.max(1, list.length / count);
  return list.filter((_, index) => Math.floor(index / every) !== Math.floor((index - 1) / every));
}

test.runIf(canTrace)(
  'B1, B2: at each write, fsync, rename, link and unlink a kill, ENOSPC or EIO loses nothing',
  {
    timeout: isFull ? 3_600_000 : 300_000,
  },
  async () => {
    const { home, args } = await freshHome();
    const points = await callPoints(args, home.dataDir);
    await home[Symbol.asyncDispose]();
    const all = points.flatMap((point) => faults.map((fault) => ({ point, fault })));
    const isDefinition = ({ point }: (typeof all)[number]) => point.line.includes('/instances');
    const others = all.filter((one) => !isDefinition(one));
    const certain = all.filter(isDefinition);
    const chosen = isFull ? all : [...certain, ...spread(others, fewest - certain.length + 6)];
    let missed = 0;
    const left = [...chosen];
    const runLane = async () => {
      for (let next = left.pop(); next; next = left.pop()) {
        const { point, fault } = next;
        let came = false;
        for (let tries = 0; !came && tries < 3; tries++) came = await tryFault(point, fault);
        if (!came) missed += 1;
      }
    };
    await settleAll(Array.from({ length: lanes }, runLane));
    console.log(
      `storage faults: ${chosen.length - missed} of ${all.length} possible, ${missed} missed their call`,
    );
    expect(chosen.length - missed).toBeGreaterThanOrEqual(fewest);
  },
);

test.runIf(canTrace)(
  'B6: what is acknowledged is on the disk, the file and its name, in that order',
  async () => {
    const { home, args } = await freshHome();
    await using _home = home;
    const trace = await traceOf(args);
    const at = (pattern: RegExp, after = 0) => {
      const found = trace.findIndex((line, index) => index >= after && pattern.test(line));
      expect({ pattern, found }).not.toEqual({ pattern, found: -1 });
      return found;
    };
    for (const [what, name] of [
      ['update a', 'a'],
      ['create b', 'b'],
    ]) {
      const written = at(new RegExp(`write\\(.*/instance-${name}\\.json\\.`));
      const synced = at(new RegExp(`fsync\\(.*/instance-${name}\\.json\\.`), written);
      const renamed = at(new RegExp(`rename\\(.*/instance-${name}\\.json"`), synced);
      const named = at(/fsync\(.*\/instances>/, renamed);
      expect(at(new RegExp(`write\\(.*"${what}: done`))).toBeGreaterThan(named);
    }
    const renamed = at(/rename\(.*\/instance-c\.json"/);
    const named = at(/fsync\(.*\/instances>/, renamed);
    expect(at(/write\(.*"remove c: done/)).toBeGreaterThan(named);
  },
);
