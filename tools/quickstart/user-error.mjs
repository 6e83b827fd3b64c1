/** Something that the user can put right; shown without a stack. */
export class UserError extends Error {
  /** @override */
  name = 'UserError';

  /** @param {...string} lines */
  constructor(...lines) {
    super(lines.filter((line) => line !== '').join('\n'));
  }
}
