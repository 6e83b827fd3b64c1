/** An answer in one piece. */
export interface Outcome {
  readonly status: number;
  readonly body: unknown;
}

type Fields = Record<string, unknown>;

/** Puts the chunks of a chat or completion together to what the same request gets in one piece. */
export class CompletionParts {
  /** Fields beside the choices; those of a later chunk count. */
  readonly #fields: Fields = {};
  #choice: Fields | null = null;
  #error: Fields | null = null;
  #isDone = false;

  /** Takes the data of an event. @throws SyntaxError when it is no JSON */
  add(data: string): void {
    if (data === '[DONE]') {
      this.#isDone = true;
      return;
    }
    const chunk: unknown = JSON.parse(data);
    if (!isFields(chunk)) return;
    const { choices, error, ...fields } = chunk;
    if (isFields(error)) this.#error = error;
    Object.assign(this.#fields, fields);
    if (!Array.isArray(choices)) return;
    for (const choice of choices) if (isFields(choice)) this.#addChoice(choice);
  }

  /** The whole; null when it has no end. */
  outcome(): Outcome | null {
    if (this.#error !== null) {
      const { code } = this.#error;
      const isStatus = Number.isInteger(code) && Number(code) >= 400 && Number(code) < 600;
      return { status: isStatus ? Number(code) : 500, body: { error: this.#error } };
    }
    if (!this.#isDone || this.#choice === null) return null;
    const { object, ...fields } = this.#fields;
    const whole = object === 'chat.completion.chunk' ? 'chat.completion' : object;
    return { status: 200, body: { choices: [this.#choice], ...fields, object: whole } };
  }

  #addChoice({ delta, text, logprobs, ...rest }: Fields): void {
    this.#choice ??= {};
    const choice = this.#choice;
    Object.assign(choice, rest);
    if (isFields(delta))
      choice.message = joined(isFields(choice.message) ? choice.message : {}, delta);
    if (typeof text === 'string') {
      choice.text = `${choice.text ?? ''}${text}`;
      choice.logprobs ??= null;
    }
    if (isFields(logprobs)) {
      choice.logprobs = joined(isFields(choice.logprobs) ? choice.logprobs : {}, logprobs);
    }
  }
}

/** The fields so far with more of them. */
function joined(before: Fields, more: Fields): Fields {
  const whole = { ...before };
  for (const [key, value] of Object.entries(more)) {
    whole[key] = key === 'role' ? value : continued(whole[key], value);
  }
  return whole;
}

/** Texts and lists go on where they ended; of anything else the last one counts. */
function continued(old: unknown, value: unknown): unknown {
  if (typeof value === 'string' && typeof old === 'string') return old + value;
  if (Array.isArray(value) && Array.isArray(old)) return [...old, ...value];
  return value === null && old !== undefined ? old : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
