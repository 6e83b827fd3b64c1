import * as z from 'zod';

/** The sentence that an answer says what happened with; always the same. */
export function message<const Text extends string>(text: Text) {
  return z.literal(text).meta({ description: 'What was done, in a sentence.' });
}
