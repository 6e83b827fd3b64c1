import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CliError } from '../cli-error.js';

/** A terminal with somebody at it. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  /** Shows the prompts. */
  readonly output: NodeJS.WritableStream;
  /** Called for Ctrl-C, when the terminal is as it was before. */
  readonly onInterrupt: () => void;
}

/** Asks one thing after the other; what is typed is not shown. @throws CliError when the input ends */
export async function askSecrets(
  prompts: readonly string[],
  { input, output, onInterrupt }: Terminal,
): Promise<string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // It sets the terminal to raw mode, in which nothing is shown by itself.
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const answers: string[] = [];
  try {
    return await new Promise<string[]>((resolve, reject) => {
      lines.on('line', (line) => {
        answers.push(line);
        output.write('\n');
        const next = prompts[answers.length];
        if (next === undefined) resolve(answers);
        else output.write(next);
      });
      lines.on('SIGINT', () => {
        lines.close();
        onInterrupt();
      });
      lines.on('close', () => {
        output.write('\n');
        reject(new CliError('Nothing was typed.'));
      });
      output.write(prompts[0] ?? '');
    });
  } finally {
    lines.removeAllListeners('close');
    lines.close();
  }
}
