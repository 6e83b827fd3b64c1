import { type Fields, isFields } from './joined.js';
import { failed, type Outcome, type Parts } from './parts.js';

/** Takes the whole response out of the events of OpenAI's responses: the last one has it. */
export class ResponseParts implements Parts {
  #response: Fields | null = null;
  #error: Fields | null = null;

  add(data: string): void {
    const event: unknown = JSON.parse(data);
    if (!isFields(event)) return;
    const { type, response, error } = event;
    if (isFields(error)) this.#error = error;
    else if (type === 'response.completed' && isFields(response)) this.#response = response;
  }

  outcome(): Outcome | null {
    if (this.#error !== null) return failed(this.#error);
    if (this.#response === null) return null;
    // In one piece llama-server says this too, and the same.
    return {
      status: 200,
      body: { completed_at: this.#response.created_at, ...this.#response },
    };
  }
}
