import * as z from 'zod/mini';

/** The sentence that an answer says what happened with; always the same. */
export function message<const Text extends string>(text: Text) {
  return z.literal(text).check(z.meta({ description: 'What was done, in a sentence.' }));
}
