/** Where a command writes to, and reads from. */
export interface Io {
  /** What was asked for. */
  readonly out: (text: string) => void;
  /** Errors and usage. */
  readonly err: (text: string) => void;
  /** Whether `out` may have colours. */
  readonly colour: boolean;
  /** All of the standard input. */
  readonly stdin: () => Promise<string>;
  /** Asks somebody at the terminal, one thing after the other, without showing what is typed; null when nobody is there. */
  readonly askSecrets: ((prompts: readonly string[]) => Promise<string[]>) | null;
}

/** Environment variables, as in `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;
