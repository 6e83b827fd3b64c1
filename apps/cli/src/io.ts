/** Where a command writes to. */
export interface Io {
  /** What was asked for. */
  readonly out: (text: string) => void;
  /** Errors and usage. */
  readonly err: (text: string) => void;
  /** Whether `out` may have colours. */
  readonly colour: boolean;
}

/** Environment variables, as in `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;
