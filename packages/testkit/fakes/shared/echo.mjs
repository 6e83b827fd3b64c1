// Completions that say the prompt again, word by word, FAKE_TOKEN_MS apart when streamed.
import { setTimeout as delay } from 'node:timers/promises';
import { model, setting } from './command-line.mjs';
import { bodyOf, sendJson } from './http.mjs';

export async function echoCompletion(request, response) {
  const { prompt = '', stream } = JSON.parse(await bodyOf(request));
  const words = split(prompt);
  const last = { stop: true, model, tokens_predicted: words.length, timings: timings(words) };
  if (!stream) return sendJson(response, { ...last, content: words.join('') });
  await sendEvents(response, words, (content) => ({ content, stop: false }));
  event(response, { ...last, content: '' });
  response.end();
}

export async function echoChat(request, response) {
  const { messages, stream, model: asked = model } = JSON.parse(await bodyOf(request));
  const words = split(messages.at(-1).content);
  const base = { id: 'chatcmpl-fake', created: 0, model: asked };
  const choice = (rest, finish_reason) => [{ index: 0, finish_reason, ...rest }];
  const usage = { prompt_tokens: words.length, completion_tokens: words.length };
  usage.total_tokens = 2 * words.length;
  const last = { ...base, usage, timings: timings(words) };
  if (!stream) {
    const choices = choice({ message: { role: 'assistant', content: words.join('') } }, 'stop');
    return sendJson(response, { ...last, object: 'chat.completion', choices });
  }
  const chunk = { ...base, object: 'chat.completion.chunk' };
  await sendEvents(response, words, (content) => ({
    ...chunk,
    choices: choice({ delta: { content } }, null),
  }));
  event(response, { ...last, ...chunk, choices: choice({ delta: {} }, 'stop') });
  response.end('data: [DONE]\n\n');
}

async function sendEvents(response, words, toBody) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const tokenMs = setting('token-ms', 0);
  for (const word of words) {
    if (response.destroyed) return;
    event(response, toBody(word));
    if (tokenMs > 0) await delay(tokenMs);
  }
}

function event(response, body) {
  response.write(`data: ${JSON.stringify(body)}\n\n`);
}

function split(text) {
  return String(text).match(/\s*\S+\s*$|\s*\S+/g) ?? [];
}

function timings({ length }) {
  return { prompt_n: length, prompt_ms: length, predicted_n: length, predicted_ms: length };
}
