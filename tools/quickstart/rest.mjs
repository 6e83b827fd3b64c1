import { UserError } from './user-error.mjs';

const answerMs = 60_000;

/**
 * One request to the REST API, as any program would make it.
 * @param {string} url
 * @param {{ method?: string, body?: unknown, signal: AbortSignal }} options
 * @returns {Promise<any>} the JSON of the answer
 */
export async function request(url, { method = 'GET', body, signal }) {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const answer = /** @type {any} */ (await response.json());
  if (!response.ok) {
    const { error = '', code = response.status, details = '' } = answer;
    throw new UserError(`${method} ${url} answered ${code}: ${text(error)}`, details);
  }
  return answer;
}

/** @param {unknown} error a llama-server answers with an object, Llamactl with text */
function text(error) {
  return typeof error === 'string' ? error : JSON.stringify(error);
}
