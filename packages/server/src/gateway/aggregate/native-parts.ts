import { type Fields, isFields } from './joined.js';
import { failed, type Outcome, type Parts } from './parts.js';

/** What goes on from chunk to chunk of one completion; the last chunk has all other fields. */
interface Completion {
  readonly content: string;
  readonly probabilities: readonly unknown[];
  readonly fields: Fields;
}

/** Puts the chunks of llama-server's own completions together to what the same request gets in one piece. */
export class NativeParts implements Parts {
  readonly #completions = new Map<number, Completion>();
  #error: Fields | null = null;

  add(data: string): void {
    const chunk: unknown = JSON.parse(data);
    if (!isFields(chunk)) return;
    const { content, completion_probabilities: more, ...fields } = chunk;
    if (isFields(fields.error)) this.#error = fields.error;
    const index = Number(fields.index);
    const before = this.#completions.get(index);
    this.#completions.set(index, {
      content: `${before?.content ?? ''}${content ?? ''}`,
      probabilities: [...(before?.probabilities ?? []), ...(Array.isArray(more) ? more : [])],
      fields,
    });
  }

  outcome(): Outcome | null {
    if (this.#error !== null) return failed(this.#error);
    const inOrder = [...this.#completions].sort(([a], [b]) => a - b).map(([, one]) => one);
    // There is no other sign of the end.
    if (inOrder.length === 0 || inOrder.some(({ fields }) => fields.stop !== true)) return null;
    const [first, ...others] = inOrder.map(whole);
    return { status: 200, body: others.length === 0 ? first : [first, ...others] };
  }
}

function whole({ content, probabilities, fields }: Completion): Fields {
  const { generation_settings: settings } = fields;
  return {
    ...fields,
    content,
    ...(isFields(settings) && { generation_settings: { ...settings, stream: false } }),
    ...(probabilities.length > 0 && { completion_probabilities: probabilities }),
  };
}
