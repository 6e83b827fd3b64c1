import { describe, expect, it } from 'vitest';
import { MessageParts } from '../../../src/gateway/aggregate/message-parts.js';

const start = {
  type: 'message_start',
  message: { id: 'a', role: 'assistant', content: [], usage: { input_tokens: 3 } },
};
const stop = [
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 9 },
  },
  { type: 'message_stop' },
];

function begin(index: number, content_block: object) {
  return { type: 'content_block_start', index, content_block };
}

function more(index: number, delta: object) {
  return { type: 'content_block_delta', index, delta };
}

function outcomeOf(events: readonly object[]) {
  const parts = new MessageParts();
  for (const event of events) parts.add(JSON.stringify(event));
  return parts.outcome();
}

describe('the events of a message', () => {
  it('come to its blocks: thoughts, text and calls of tools', () => {
    const events = [
      start,
      begin(0, { type: 'thinking', thinking: '', signature: '' }),
      more(0, { type: 'thinking_delta', thinking: 'I ' }),
      more(0, { type: 'thinking_delta', thinking: 'look' }),
      more(0, { type: 'signature_delta', signature: 's' }),
      begin(1, { type: 'text', text: '' }),
      more(1, { type: 'text_delta', text: 'one' }),
      more(1, { type: 'text_delta', text: ' two' }),
      begin(2, { type: 'tool_use', id: 't', name: 'is_open', input: {} }),
      more(2, { type: 'input_json_delta', partial_json: '{"today":' }),
      more(2, { type: 'input_json_delta', partial_json: ' true}' }),
      begin(3, { type: 'tool_use', id: 'u', name: 'now', input: {} }),
      ...stop,
    ];
    expect(outcomeOf(events)).toEqual({
      status: 200,
      body: {
        id: 'a',
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I look', signature: 's' },
          { type: 'text', text: 'one two' },
          { type: 'tool_use', id: 't', name: 'is_open', input: { today: true } },
          { type: 'tool_use', id: 'u', name: 'now', input: {} },
        ],
        stop_reason: 'tool_use',
        stop_sequence: null,
        usage: { input_tokens: 3, output_tokens: 9 },
      },
    });
  });

  it('come to no input where that of a tool was cut off, as in one piece', () => {
    const tool = { type: 'tool_use', id: 't', name: 'is_open', input: {} };
    const cut = more(0, { type: 'input_json_delta', partial_json: '{"today":' });
    expect(outcomeOf([start, begin(0, tool), cut, ...stop])).toMatchObject({
      status: 200,
      body: { content: [tool] },
    });
  });

  it('are nothing whole without their end', () => {
    expect(outcomeOf([start, begin(0, { type: 'text', text: 'a' })])).toBeNull();
  });

  it('come to the error among them', () => {
    const error = { code: 500, message: 'out of luck', type: 'server_error' };
    // llama-server sends the error alone; Anthropic has it inside of an event.
    for (const event of [error, { type: 'error', error }]) {
      expect(outcomeOf([start, event])).toEqual({ status: 500, body: { error } });
    }
  });
});
