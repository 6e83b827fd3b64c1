// @ts-check
// Runs a model inside a Node app: no daemon, no HTTP server, nothing left behind.
import { createLlamactl, llamaCpp } from '@llamactl/core';

const { MODEL = 'model.gguf', LLAMA_SERVER = 'llama-server' } = process.env;

const llamactl = await createLlamactl({
  backends: { 'llama-cpp': llamaCpp({ command: LLAMA_SERVER }) },
});
try {
  llamactl.on('instance_status_changed', ({ instance }) =>
    console.log(`status: ${instance.status}`),
  );

  const { port } = await llamactl.create({
    name: 'demo',
    model_path: MODEL,
    options: { threads: 1 },
  });
  await llamactl.start('demo');
  await llamactl.waitForStatus('demo', 'running');

  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello!' }], max_tokens: 16 }),
  });
  const { choices } = await response.json();
  console.log(`answer: ${choices[0].message.content}`);
  console.log('stats:', llamactl.get('demo').stats);
} finally {
  await llamactl.dispose();
}
