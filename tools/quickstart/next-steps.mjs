/**
 * What to try while the server runs.
 * @param {{ url: string, instance: { name: string, port: number } }} running
 * @returns {string}
 */
export function nextSteps({ url, instance: { name, port } }) {
  const api = `${url}/api/instances`;
  return `
The server stays up at ${url}. Try, in another terminal:

  curl ${api}
  curl ${api}/${name}
  curl "${api}/${name}/logs?lines=20"
  curl http://127.0.0.1:${port}/v1/chat/completions -H 'Content-Type: application/json' \\
    -d '{"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 24}'
  curl -X POST ${api}/${name}/stop

or with the command line:

  node apps/cli/dist/main.js --server ${url} ls
  node apps/cli/dist/main.js --server ${url} logs ${name}

Ctrl-C stops the server and its instances.
`;
}
