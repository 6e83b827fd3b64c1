// Bodies in and out, in llama-server's shapes.

export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function sendJson(response, body, status = 200) {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

export function sendError(response, code, message, type) {
  response.setHeader('Connection', 'close');
  sendJson(response, { error: { code, message, type } }, code);
}
