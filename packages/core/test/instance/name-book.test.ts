import { expect, it } from 'vitest';
import { NameBook } from '../../src/instance/name-book.js';
import { definition } from '../storage/definition.js';

const taken = { code: 'INSTANCE_EXISTS' };

it('gives a name, or an alias, to one instance alone, whatever its case', () => {
  const names = new NameBook();
  names.create('a', ['x/y:1']);
  for (const [name, aliases] of [
    ['A', []],
    ['X', ['X/Y:1']],
    ['b', ['A']],
  ] as const) {
    expect(() => names.create(name, aliases)).toThrow(expect.objectContaining(taken));
  }
  names.create('b', ['x']);
});

it('keeps nothing of what was refused', () => {
  const names = new NameBook();
  names.create('a', []);
  expect(() => names.create('b', ['free', 'a'])).toThrow();
  names.create('free', ['b']);
});

it('changes aliases once the change is kept, and gives the old ones back', async () => {
  const names = new NameBook();
  const old = definition('a', { aliases: ['one'] });
  names.load([old]);
  await names.change(old, { aliases: ['two'] }, async () => ({ ...old, aliases: ['two'] }));
  names.create('one', []);
  expect(() => names.create('two', [])).toThrow(expect.objectContaining(taken));
});

it('leaves aliases as they were when the change fails', async () => {
  const names = new NameBook();
  const old = definition('a', { aliases: ['one'] });
  names.load([old]);
  const failing = names.change(old, { aliases: ['two'] }, () => Promise.reject(new Error('full')));
  await expect(failing).rejects.toThrow('full');
  names.create('two', []);
  expect(() => names.create('one', [])).toThrow(expect.objectContaining(taken));
});
