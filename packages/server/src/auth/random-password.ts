import { randomInt } from 'node:crypto';

/** Letters and digits that are not taken for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password of 99 random bits, as people can copy it by hand: `xxxxx-xxxxx-xxxxx-xxxxx`. */
export function randomPassword(): string {
  const group = () =>
    Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
