import { backendErrorIn } from '../anthropic/backend-error.js';
import { type Fields, isFields } from './joined.js';
import { failed, type Outcome, type Parts } from './parts.js';

/** Puts the events of Anthropic's messages together to what the same request gets in one piece. */
export class MessageParts implements Parts {
  #message: Fields = {};
  readonly #blocks: Fields[] = [];
  /** The input of a tool, which comes as pieces of JSON. */
  readonly #inputs = new Map<number, string>();
  #isOver = false;
  #error: Fields | null = null;

  add(data: string): void {
    const event: unknown = JSON.parse(data);
    if (!isFields(event)) return;
    const { type, message, index, content_block, delta, usage } = event;
    const error = backendErrorIn(event) ?? event.error;
    if (isFields(error)) this.#error = error;
    else if (type === 'message_start' && isFields(message)) this.#message = message;
    else if (type === 'content_block_start' && isFields(content_block)) {
      this.#blocks[Number(index)] = content_block;
    } else if (type === 'content_block_delta' && isFields(delta)) {
      this.#continue(Number(index), delta);
    } else if (type === 'message_delta' && isFields(delta)) this.#addLast(delta, usage);
    else if (type === 'message_stop') this.#isOver = true;
  }

  #continue(index: number, { type: _, partial_json, ...texts }: Fields): void {
    if (typeof partial_json === 'string') {
      this.#inputs.set(index, (this.#inputs.get(index) ?? '') + partial_json);
    }
    const block = { ...this.#blocks[index] };
    for (const [key, text] of Object.entries(texts)) block[key] = `${block[key] ?? ''}${text}`;
    this.#blocks[index] = block;
  }

  #addLast(delta: Fields, usage: unknown): void {
    const { usage: before } = this.#message;
    const all = { ...(isFields(before) && before), ...(isFields(usage) && usage) };
    this.#message = { ...this.#message, ...delta, usage: all };
  }

  outcome(): Outcome | null {
    if (this.#error !== null) return failed(this.#error);
    if (!this.#isOver) return null;
    const content = this.#blocks.map((block, index) => {
      const input = this.#inputs.get(index);
      return input === undefined ? block : { ...block, input: inputIn(input) };
    });
    return { status: 200, body: { ...this.#message, content } };
  }
}

/** What llama-server, too, makes of one that ends too early: nothing. */
function inputIn(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}
