// What a ready fake answers. Routes that start with /_ are for tests; llama-server has none of them.
import { args } from './command-line.mjs';
import { echoChat, echoCompletion } from './echo.mjs';
import { bodyOf, sendError, sendJson } from './http.mjs';
import { writeRaw } from './log.mjs';

const standard = {
  'GET /health': (_, response) => sendJson(response, { status: 'ok' }),
  'GET /v1/health': (_, response) => sendJson(response, { status: 'ok' }),
  'POST /completion': echoCompletion,
  'POST /v1/chat/completions': echoChat,
  'GET /_args': (_, response) => sendJson(response, args),
  'GET /_env': (_, response) => sendJson(response, process.env),
  'POST /_log': async (request, response) => {
    writeRaw(`${await bodyOf(request)}\n`);
    sendJson(response, {});
  },
};

export async function answer(request, response, extra) {
  const key = `${request.method === 'HEAD' ? 'GET' : request.method} ${request.url.split('?')[0]}`;
  const handler = extra[key] ?? standard[key];
  if (!handler) return sendError(response, 404, 'File Not Found', 'not_found_error');
  try {
    await handler(request, response);
  } catch (error) {
    if (!response.headersSent) sendError(response, 400, error.message, 'invalid_request_error');
    else response.destroy();
  }
}
