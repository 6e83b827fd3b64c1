import type { Failure } from '@llamactl/contract';
import type { Diagnosis, ExitReport } from '../backend.js';
import { describeCrash } from './describe-crash.js';
import { symptoms } from './symptoms.js';

/** What is looked at of a message; none that tells a cause is longer. */
const longestMessage = 2048;

/**
 * Says why a llama-server ended: every failure is exit code 1, so the reason is read from its log, which must
 * be that of this run alone.
 */
export function diagnose(exit: ExitReport): Diagnosis {
  const messages = exit.log.map((entry) => entry.message.slice(0, longestMessage));
  for (const symptom of symptoms) {
    if (symptom.applies && !symptom.applies(exit)) continue;
    const diagnosis = firstMatch(messages, symptom.pattern, (groups) =>
      result(symptom.failure, symptom.reason(groups, messages)),
    );
    if (diagnosis !== null) return diagnosis;
  }
  return result('crashed', describeCrash(exit));
}

function result(failure: Failure, reason: string): Diagnosis {
  const flat = reason.replace(/\s+/g, ' ').trim();
  return { failure, reason: flat.length > 500 ? `${flat.slice(0, 499)}…` : flat };
}

/** The first message that fits: the server tries twice to load, and later lines only follow from it. */
function firstMatch<T>(
  messages: readonly string[],
  pattern: RegExp,
  use: (groups: readonly string[]) => T,
): T | null {
  for (const message of messages) {
    const match = pattern.exec(message);
    if (match !== null) return use(match.slice(1).map((group) => group ?? ''));
  }
  return null;
}
