import { expect, it } from 'vitest';
import { redactSecretsOf } from '../../src/transport/redact.js';

it('redactSecretsOf takes out tokens, keys and cookies, with or without their scheme', () => {
  const redact = redactSecretsOf(
    new Headers({
      authorization: 'Bearer abc',
      'x-api-key': 'llk_1',
      cookie: 'sid=9',
      accept: 'x',
    }),
  );
  expect(redact('Bearer abc, abc, llk_1, sid=9, x')).toBe(
    '[redacted], [redacted], [redacted], [redacted], x',
  );
  expect(redactSecretsOf(new Headers())('abc')).toBe('abc');
});
