import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/errors/protocol-error.js';
import { messageOf } from '../../src/events/message-of.js';
import { epoch } from '../fixtures/messages.js';

const { frame, snapshot, status } = epoch('a');
const read = (text: string | null) => messageOf(text, 'ws://h/api/ws');

describe('messageOf', () => {
  it('gives a message of the contract', () => {
    expect(read(snapshot(3, sampleInstance({ name: 'x' })))).toMatchObject({
      type: 'snapshot',
      epoch: 'a',
      seq: 3,
      data: { instances: [{ name: 'x' }] },
    });
  });

  it('leaves out keys that it does not know', () => {
    const { data, ...envelope } = JSON.parse(status(4, 'running'));
    const newer = { ...envelope, colour: 1, data: { ...data, colour: 2 } };
    expect(read(JSON.stringify(newer))).toEqual(JSON.parse(status(4, 'running')));
  });

  it.each(['weather_changed', 'toString', '__proto__'])('ignores the unknown type %s', (type) => {
    expect(read(`{"type":"${type}","anything":1}`)).toBeNull();
  });

  it.each([
    ['no JSON', 'hello <b>'],
    ['a number', '1'],
    ['null', 'null'],
    ['no type', '{"seq":1}'],
    ['binary', null],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow('ws://h/api/ws sent what is no message of Llamactl');
    expect(() => read(text)).toThrow(expect.toSatisfy(ProtocolError.is));
  });

  it('says where a message does not fit', () => {
    const wrong = frame('instance_deleted', 1, { name: 'not a name' });
    expect(() => read(wrong)).toThrow('sent what is no instance_deleted: data.name:');
  });
});
