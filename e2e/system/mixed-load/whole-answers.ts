/** A request whose answer is waited for, and what is wrong with an answer: null for nothing. */
export interface WholeRequest {
  readonly what: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly problem: (text: string) => string | null;
}

const messages = [{ role: 'user', content: 'Hello' }];
const parameters = { type: 'object', properties: { on: { type: 'boolean' } } };
const tools = [{ type: 'function', function: { name: 'light', parameters } }];

/** One request of each kind to a model, each with so many tokens to generate. */
export const wholeRequests: readonly ((model: string, tokens: number) => WholeRequest)[] = [
  (model, tokens) => ({
    what: 'streamed chat',
    path: '/v1/chat/completions',
    body: {
      ...{ model, messages, max_tokens: tokens, stream: true },
      stream_options: { include_usage: true },
    },
    problem: (text) => streamProblem(text, `"completion_tokens":${tokens},`),
  }),
  (model, tokens) => ({
    what: 'chat',
    path: '/v1/chat/completions',
    body: { model, messages, max_tokens: tokens },
    problem: (text) => usageProblem(text, tokens),
  }),
  (model, tokens) => ({
    what: 'chat with tools',
    path: '/v1/chat/completions',
    body: { model, messages, max_tokens: tokens, tools },
    problem: (text) => usageProblem(text, tokens),
  }),
  (model, tokens) => ({
    what: 'completion',
    path: '/v1/completions',
    body: { model, prompt: 'Once', max_tokens: tokens },
    problem: (text) => usageProblem(text, tokens),
  }),
  (model, tokens) => ({
    what: 'native completion',
    path: '/completion',
    body: { model, prompt: 'Once', n_predict: tokens },
    problem: (text) => fieldProblem(text, 'tokens_predicted', tokens),
  }),
  (model) => ({
    what: 'tokenize',
    path: '/tokenize',
    body: { model, content: 'Once' },
    problem: (text) => (/^\{"tokens":\[\d/.test(text) ? null : 'no tokens'),
  }),
];

function streamProblem(text: string, usage: string): string | null {
  if (!text.endsWith('data: [DONE]\n\n')) return 'the stream has no end';
  if (text.includes('"error"')) return 'there is an error in the stream';
  return text.includes(usage) ? null : `the stream is not whole: no ${usage}`;
}

function usageProblem(text: string, tokens: number): string | null {
  const { choices, usage } = JSON.parse(text);
  if (choices?.length !== 1) return 'it has no choice';
  return usage?.completion_tokens === tokens ? null : `${usage?.completion_tokens} tokens`;
}

function fieldProblem(text: string, field: string, wanted: number): string | null {
  const value = JSON.parse(text)[field];
  return value === wanted ? null : `${field} is ${value}, not ${wanted}`;
}
