import { expect, test } from 'vitest';
import { createEmitter } from '../../src/events/emitter.js';

interface Events {
  said: string;
  counted: number;
}

test('calls the listeners of the type, in order, until they are removed', () => {
  const emitter = createEmitter<Events>();
  const calls: string[] = [];
  const first = emitter.on('said', (text) => calls.push(`first ${text}`));
  emitter.on('said', (text) => calls.push(`second ${text}`));
  emitter.on('counted', (count) => calls.push(`counted ${count}`));
  emitter.emit('said', 'a');
  first();
  first();
  emitter.emit('said', 'b');
  emitter.emit('counted', 1);
  expect(calls).toEqual(['first a', 'second a', 'second b', 'counted 1']);
});

test('calls a function that was added twice twice, and removes each on its own', () => {
  const emitter = createEmitter<Events>();
  const calls: number[] = [];
  const listener = (count: number) => calls.push(count);
  const first = emitter.on('counted', listener);
  emitter.on('counted', listener);
  emitter.emit('counted', 1);
  first();
  emitter.emit('counted', 2);
  expect(calls).toEqual([1, 1, 2]);
});

test('calls neither one removed nor one added by a listener of the same event', () => {
  const emitter = createEmitter<Events>();
  const calls: string[] = [];
  emitter.on('said', () => {
    second();
    emitter.on('said', () => calls.push('added'));
  });
  const second = emitter.on('said', () => calls.push('removed'));
  emitter.emit('said', 'a');
  expect(calls).toEqual([]);
  emitter.emit('said', 'b');
  expect(calls).toEqual(['added']);
});

test('reports what a listener throws, and calls the others', () => {
  const errors: unknown[] = [];
  const emitter = createEmitter<Events>({ onListenerError: (error) => errors.push(error) });
  const calls: string[] = [];
  emitter.on('said', () => {
    throw new Error('a bug');
  });
  emitter.on('said', (text) => calls.push(text));
  emitter.emit('said', 'a');
  expect(calls).toEqual(['a']);
  expect(errors).toEqual([new Error('a bug')]);
});

test('throws it where nothing catches it by default, after the others were called', async () => {
  const emitter = createEmitter<Events>();
  const calls: string[] = [];
  emitter.on('said', () => {
    throw new Error('a bug');
  });
  emitter.on('said', (text) => calls.push(text));
  const others = process.rawListeners('uncaughtException') as (() => void)[];
  process.removeAllListeners('uncaughtException');
  const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
  try {
    emitter.emit('said', 'a');
    expect(calls).toEqual(['a']);
    expect(await uncaught).toEqual(new Error('a bug'));
  } finally {
    for (const listener of others) process.on('uncaughtException', listener);
  }
});
