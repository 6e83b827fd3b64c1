import { type Issue, LlamactlError } from '@llamactl/contract';

/** Something that is wrong with settings. */
export interface ConfigProblem extends Issue {
  /** What says it: `FILE:LINE`, a variable or a flag; empty when nothing does. */
  readonly place: string;
  /** Names that would have been right. */
  readonly nearest?: readonly string[];
}

/** The problems of a configuration as one error, each with the place where it is to be mended. */
export function configError(problems: readonly ConfigProblem[]): LlamactlError {
  const suggestions = problems.flatMap(({ nearest = [] }) => nearest);
  return new LlamactlError('VALIDATION_FAILED', asSentence(problems.map(describeProblem)), {
    details: 'Correct the configuration and start again.',
    issues: issuesOf(problems),
    ...(suggestions.length > 0 && { suggestions }),
  });
}

/** One problem in a line, as in `llamactl.yaml:3: server.prot is not a known setting`. */
export function describeProblem({ place, path, message }: ConfigProblem): string {
  const what = [path, message].filter(Boolean).join(' ');
  return place === '' ? what : `${place}: ${what}`;
}

/** Problems as answers carry them. */
export function issuesOf(problems: readonly ConfigProblem[]): Issue[] {
  return problems.map(({ path, message }) => ({ path, message }));
}

/** Parts in one sentence; a hint ends in a question mark of its own. */
export function asSentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return /[.?]$/.test(text) ? text : `${text}.`;
}
