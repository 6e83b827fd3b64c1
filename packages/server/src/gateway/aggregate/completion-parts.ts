import { type Fields, isFields, joined } from './joined.js';
import { failed, type Outcome, type Parts } from './parts.js';

/** Puts the chunks of a chat or completion together to what the same request gets in one piece. */
export class CompletionParts implements Parts {
  /** Fields beside the choices; those of a later chunk count. */
  readonly #fields: Fields = {};
  readonly #choices = new Map<number, Fields>();
  /** The choice that was told of last. */
  #index = 0;
  #error: Fields | null = null;
  #isDone = false;

  add(data: string): void {
    if (data === '[DONE]') {
      this.#isDone = true;
      return;
    }
    const chunk: unknown = JSON.parse(data);
    if (!isFields(chunk)) return;
    const { choices, error, ...fields } = chunk;
    if (isFields(error)) this.#error = error;
    if (Array.isArray(choices)) {
      for (const choice of choices) if (isFields(choice)) this.#addChoice(choice);
    }
    // Each choice has its figures behind it; in one piece those of the first one are told.
    if (this.#index === 0) Object.assign(this.#fields, fields);
  }

  outcome(): Outcome | null {
    if (this.#error !== null) return failed(this.#error);
    if (!this.#isDone || this.#choices.size === 0) return null;
    const inOrder = [...this.#choices].sort(([a], [b]) => a - b);
    const choices = inOrder.map(([, choice]) => wholeChoice(choice));
    const { object, ...fields } = this.#fields;
    const whole = object === 'chat.completion.chunk' ? 'chat.completion' : object;
    return { status: 200, body: { choices, ...fields, object: whole } };
  }

  #addChoice({ delta, text, logprobs, ...rest }: Fields): void {
    this.#index = Number(rest.index ?? 0);
    const choice = this.#choices.get(this.#index) ?? {};
    this.#choices.set(this.#index, Object.assign(choice, rest));
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

/** A text that nothing came of is null in parts, and empty in one piece. */
function wholeChoice({ message, ...rest }: Fields): Fields {
  return isFields(message)
    ? { ...rest, message: { ...message, content: message.content ?? '' } }
    : rest;
}
