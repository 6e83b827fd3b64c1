import { expect, it } from 'vitest';
import { type TokenFigures, tokensIn } from '../../../src/gateway/figures/tokens-in.js';

const timings =
  '"timings":{"cache_n":22,"prompt_n":1,"prompt_ms":0.402,"prompt_per_second":2487.5,"predicted_n":3,"predicted_ms":0.425,"predicted_per_second":4705.88}';
const usage =
  '"usage":{"completion_tokens":3,"prompt_tokens":23,"total_tokens":26,"prompt_tokens_details":{"cached_tokens":22}}';
const done = '\n\ndata: [DONE]\n\n';
const all = { tokensIn: 23, tokensOut: 3, tokensPerSecond: 4_705.88 };
const withoutSpeed = { ...all, tokensPerSecond: null };
const nothing = { tokensIn: null, tokensOut: null, tokensPerSecond: null };

it.each<[what: string, end: string, figures: TokenFigures]>([
  ['timings', `{"choices":[],${timings}}`, all],
  ['usage and timings of a stream', `data: {${usage},${timings}}${done}`, all],
  ['timings before usage, whose end is not kept', `{"finish":1,${timings}}\n\n${usage}`, all],
  ['usage alone', `{"object":"chat.completion",${usage},"id":"x"}`, withoutSpeed],
  ['usage of a responses call', '{"usage":{"input_tokens":23,"output_tokens":3}}', withoutSpeed],
  [
    'usage of Anthropic',
    '{"usage":{"cache_read_input_tokens":22,"input_tokens":1,"output_tokens":3}}',
    withoutSpeed,
  ],
  [
    'vectors',
    '{"data":[],"usage":{"prompt_tokens":7,"total_tokens":7}}',
    { ...nothing, tokensIn: 7 },
  ],
  [
    'one token, whose speed nobody knows',
    '"timings":{"cache_n":0,"prompt_n":4,"predicted_n":1,"predicted_per_second":1000000.0}',
    { tokensIn: 4, tokensOut: 1, tokensPerSecond: null },
  ],
  ['a text that speaks of it', `{"content":${JSON.stringify(`{${usage},${timings}}`)}}`, nothing],
  ['no words at all', '\u0000\u00ff', nothing],
  ['an end within the figures', 'data: {"timings":{"cache_n":2', nothing],
])('%s', (_what, end, figures) => {
  expect(tokensIn('', end)).toEqual(figures);
});

it('takes the tokens of the prompt out of the begin of a stream of Anthropic', () => {
  const begin =
    'event: message_start\ndata: {"type":"message_start","message":{"usage":{"cache_read_input_tokens":22,"input_tokens":1,"output_tokens":0}}}\n\n';
  const end = 'event: message_delta\ndata: {"delta":{},"usage":{"output_tokens":3}}\n\n';
  expect(tokensIn(begin, end)).toEqual(withoutSpeed);
});

it('takes the tokens of the prompt out of what stands before vectors', () => {
  const begin =
    '{"model":"m","object":"list","usage":{"prompt_tokens":7,"total_tokens":7},"data":[';
  const end = '0.5,0.25],"index":1,"object":"embedding"}]}';
  expect(tokensIn(begin, end)).toEqual({ ...nothing, tokensIn: 7 });
});
