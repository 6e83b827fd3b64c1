import { writeFile } from 'node:fs/promises';

/** A chat template that has calls of tools between `<fn>` and `</fn>`; one without turns of control tokens. */
const template = [
  "{%- if tools %}{{- 'Tools:' }}{%- for tool in tools %}{{- '\\n' }}{{- tool | tojson }}{%- endfor %}",
  '{{- \'\\n<fn>\\n{"name": <name>, "arguments": <object>}\\n</fn>\\n\' }}{%- endif %}',
  "{%- for message in messages %}{{- '### ' + message.role + '\\n' }}",
  '{%- if message.content %}{{- message.content }}{%- endif %}{%- if message.tool_calls %}',
  '{%- for call in message.tool_calls %}{{- \'\\n<fn>\\n{"name": "\' + call.function.name }}',
  "{{- '\", \"arguments\": ' }}{{- call.function.arguments | tojson }}{{- '}\\n</fn>' }}",
  "{%- endfor %}{%- endif %}{{- '\\n' }}{%- endfor %}",
  "{%- if add_generation_prompt %}{{- '### assistant\\n' }}{%- endif %}",
];

export const writeToolTemplate = (path: string) => writeFile(path, template.join('\n'));

/** The tokens of `<fn>` and the line's end, in the vocabulary of the tiny model. */
const marker = [627, 669, 677, 629, 15];

/** A chat in which the tiny model calls tools: the marker is what it likes best, and the grammar does the rest. */
export const toolChat = {
  messages: [{ role: 'user', content: 'Hello' }],
  max_tokens: 200,
  tool_choice: 'required',
  logit_bias: marker.map((token, at) => [token, 1_000 - at * 100]),
  frequency_penalty: 2_000,
  repeat_last_n: 4,
  tools: [
    {
      type: 'function',
      function: {
        name: 'is_open',
        description: 'Whether it is open.',
        parameters: {
          type: 'object',
          properties: { today: { type: 'boolean' } },
          required: ['today'],
        },
      },
    },
  ],
};

/** With that it ends after the first call. */
export const endOfTurn = { logit_bias: [...toolChat.logit_bias, [2, 5_000]] };

const { tools: _, max_tokens, tool_choice: __, ...likings } = toolChat;
const [{ function: tool }] = toolChat.tools as [(typeof toolChat.tools)[number]];

/** The same as a message of Anthropic's API. */
export const toolMessage = {
  ...likings,
  ...endOfTurn,
  max_tokens,
  tool_choice: { type: 'any' },
  tools: [{ name: tool.name, description: tool.description, input_schema: tool.parameters }],
};

/** The same for OpenAI's responses. */
export const toolResponse = {
  ...likings,
  ...endOfTurn,
  messages: undefined,
  input: 'Hello',
  max_output_tokens: max_tokens,
  tool_choice: 'required',
  tools: [{ type: 'function', ...tool }],
};
