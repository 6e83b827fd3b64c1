import { checkStart } from '../config/check-start.js';
import { type ConfigProblem, describeProblem } from '../config/config-problem.js';
import { type ConfigSource, readCurrent } from '../config/config-source.js';
import { startWarnings } from '../config/read-at-start.js';
import { formatConfig } from './format-config.js';

/**
 * Says on stdout that the configuration is good, or on stderr, a line each, all that is wrong with it.
 * Returns the exit code.
 */
export async function checkConfiguration(source: ConfigSource): Promise<number> {
  const current = await readCurrent(source);
  const { config, file } = current;
  for (const warning of await startWarnings(current)) say(warning);
  const problems = config === null ? current.problems : await checkStart(config, current);
  if (problems.length > 0) return complain(problems);
  const where = file?.text == null ? 'there is no file' : file.path;
  process.stdout.write(`The configuration is good (${where}).\n`);
  return 0;
}

/** Prints the configuration that a start would have, or all that is wrong with it. Returns the exit code. */
export async function printConfiguration(source: ConfigSource): Promise<number> {
  const current = await readCurrent(source);
  if (current.config === null) return complain(current.problems);
  process.stdout.write(formatConfig(current.config, current));
  return 0;
}

function complain(problems: readonly ConfigProblem[]): number {
  for (const problem of problems) say(describeProblem(problem));
  return 1;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
