import { aborts, type Target } from './aborted-requests.js';
import type { Freed } from './slot-watch.js';
import { wholeRequests } from './whole-answers.js';

/** What came of many requests. */
export interface LoadResult {
  /** Whole answers, by kind of request. */
  readonly answered: Map<string, number>;
  /** Slots that came free after their client had left, by the moment in which it did. */
  readonly freed: Map<string, Freed[]>;
  /** What should not have happened. */
  readonly failures: string[];
}

/** How much is asked, and how. */
export interface LoadOptions {
  readonly requests: number;
  /** Requests that are under way at a time. */
  readonly atOnce: number;
  /** Numbers from 0 to below 1. */
  readonly random: () => number;
}

/** Part of the requests that their client leaves. */
const leaving = 0.3;
const maxTokens = 48;

/** Sends requests of all kinds to all targets, many at a time. */
export async function runLoad(
  targets: readonly Target[],
  { requests, atOnce, random }: LoadOptions,
): Promise<LoadResult> {
  const result: LoadResult = { answered: new Map(), freed: new Map(), failures: [] };
  let sent = 0;
  const work = async () => {
    while (sent < requests) {
      sent += 1;
      const seed = sent;
      const target = oneOf(targets, random);
      try {
        if (random() < leaving) await leave(target, seed, random, result);
        else await complete(target, random, result);
      } catch (error) {
        result.failures.push(`request ${seed} to ${target.model}: ${error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return result;
}

async function leave(
  target: Target,
  seed: number,
  random: () => number,
  { freed }: LoadResult,
): Promise<void> {
  const [when, abort] = oneOf(Object.entries(aborts), random);
  const outcome = await abort(target, seed, random);
  freed.set(when, [...(freed.get(when) ?? []), outcome]);
}

async function complete(
  { url, model }: Target,
  random: () => number,
  { answered }: LoadResult,
): Promise<void> {
  const make = oneOf(wholeRequests, random);
  const { what, path, body, problem } = make(model, 1 + Math.floor(random() * maxTokens));
  const init = { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(url + path, init);
  const text = await answer.text();
  const wrong = answer.status === 200 ? problem(text) : text.slice(0, 500);
  if (wrong !== null) throw new Error(`${what} was answered ${answer.status}: ${wrong}`);
  answered.set(what, (answered.get(what) ?? 0) + 1);
}

function oneOf<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is none to choose');
  return item;
}
