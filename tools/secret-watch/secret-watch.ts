import { secretsByShape, secretsGiven, secretsSent, withoutGiven } from './secrets-in.ts';

/** What is looked for although nobody has sent it: hashes of passwords. */
const neverSaid = ['$scrypt$'];
/** The most that is kept of what is said, in characters. */
const maxKept = 64 * 1_048_576;

/** A secret that came out. */
export interface Leak {
  readonly secret: string;
  /** Where: an answer, a line of a log, the output of a program. */
  readonly where: string;
  readonly around: string;
}

/** Learns the secrets of a test file, keeps what its servers say, and finds the ones in the other. */
export class SecretWatch {
  readonly #secrets = new Set(neverSaid);
  readonly #said: { readonly where: string; readonly text: string }[] = [];
  #kept = 0;

  /** Takes what a client has sent. */
  sent(text: string): void {
    for (const secret of secretsSent(text)) this.#secrets.add(secret);
  }

  /** Takes a secret by itself. */
  learn(secret: string): void {
    this.#secrets.add(secret);
  }

  /** Takes what a server has answered: it gives tokens and new keys away on purpose. */
  answered(where: string, text: string): void {
    for (const secret of secretsGiven(text)) this.#secrets.add(secret);
    this.#keep(where, withoutGiven(text));
  }

  /** Takes what a server has written elsewhere, where no secret is right, known or not. */
  said(where: string, text: string): void {
    for (const secret of secretsByShape(text)) this.#secrets.add(secret);
    this.#keep(where, text);
  }

  #keep(where: string, text: string): void {
    if (this.#kept + text.length > maxKept) return;
    this.#kept += text.length;
    this.#said.push({ where, text });
  }

  /** How much there was to look at, so that nobody takes a blind watch for a good one. */
  get size(): { readonly secrets: number; readonly characters: number } {
    return { secrets: this.#secrets.size - neverSaid.length, characters: this.#kept };
  }

  /** All secrets that came out, each once for each place. */
  leaks(): Leak[] {
    const secrets = [...this.#secrets];
    return this.#said.flatMap(({ where, text }) =>
      secrets.flatMap((secret) => {
        const at = text.indexOf(secret);
        if (at < 0) return [];
        return [
          { secret, where, around: text.slice(Math.max(0, at - 80), at + secret.length + 20) },
        ];
      }),
    );
  }

  /** @throws Error that tells of all leaks */
  assertNone(): void {
    const found = this.leaks();
    if (found.length === 0) return;
    const lines = found.map(({ where, around }) => `${where}: …${JSON.stringify(around)}`);
    throw new Error(`Secrets came out:\n${lines.join('\n')}`);
  }
}
