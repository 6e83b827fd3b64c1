import { expect, test } from 'vitest';
import { cutMark } from '../../src/support/cut-mark.js';
import { SecretMask } from '../../src/support/secret-mask.js';

function maskWith(...secrets: string[]): (text: string) => string {
  const mask = new SecretMask();
  mask.hide(secrets);
  return (text) => mask.mask(text);
}

const key = `llr_${'k'.repeat(43)}`;

test.each<[what: string, secrets: string[], text: string, shown: string]>([
  ['wherever it stands', ['my-secret'], 'a my-secret, "my-secret"', 'a ********, "********"'],
  ['each of a list', ['my-secret,other-secret'], 'x other-secret', 'x ********'],
  ['each line of it', ['my-secret\nother-secret'], 'x other-secret', 'x ********'],
  ['as JSON has it', ['my-"secret"'], '{"a":"my-\\"secret\\""}', '{"a":"********"}'],
  ['the longer one first', ['my-secret', 'my-secret-too'], 'my-secret-too', '********'],
  ['no short one', ['a', 'secret7'], 'a secret7', 'a secret7'],
  [
    'a part of it where the text is cut',
    ['my-secret'],
    `a my-se${cutMark(9)}`,
    `a ********${cutMark(9)}`,
  ],
  [
    'nothing else where the text is cut',
    ['my-secret'],
    `a my${cutMark(9)}`,
    `a ********${cutMark(9)}`,
  ],
  ['the key of any run', [], `a ${key}.`, 'a ********.'],
  [
    'variables that sound secret',
    [],
    'HF_TOKEN=a X_API_KEY_2="b"',
    'HF_TOKEN=******** X_API_KEY_2=********',
  ],
  ['no others', [], 'HOME=/a eos_token=2 KEYS: 2', 'HOME=/a eos_token=2 KEYS: 2'],
])('masks %s', (_what, secrets, text, shown) => {
  expect(maskWith(...secrets)(text)).toBe(shown);
});

test('keeps to a bounded number of secrets, the newest', () => {
  const mask = new SecretMask();
  for (let n = 0; n < 1_000; n++) mask.hide([`my-secret-${n}-`]);
  expect(mask.mask('my-secret-0- my-secret-999-')).toBe('my-secret-0- ********');
});

test('takes time in proportion to the text, whatever that is', () => {
  const mask = maskWith('my-secret');
  const startedAt = performance.now();
  for (const word of ['KEY', 'A', 'KEY=', 'llr_', '=']) mask(word.repeat(20_000));
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
