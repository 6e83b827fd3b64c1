// @ts-check
// Two models behind one address, used with the openai package; the server starts and stops them as they are asked for.
import { LlamactlClient } from '@llamactl/client';
import { createServer } from '@llamactl/server';
import OpenAI from 'openai';

const { MODEL = 'model.gguf', LLAMA_SERVER = 'llama-server' } = process.env;

const server = await createServer({
  port: 0,
  config: {
    backends: { 'llama-cpp': { command: LLAMA_SERVER } },
    instances: { max_running: 1 },
  },
});
try {
  const client = new LlamactlClient({ baseUrl: server.url });
  const definition = { model_path: MODEL, options: { threads: 1, context_size: 2048 } };
  await client.createInstance({ ...definition, name: 'first', aliases: ['my-org/first:latest'] });
  await client.createInstance({ ...definition, name: 'second' });

  // Elsewhere: new OpenAI({ baseURL: 'http://localhost:8080/v1', apiKey: 'an API key of the server' })
  const openai = new OpenAI(client.openai());
  for (const model of ['my-org/first:latest', 'second']) {
    const stream = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Say hello.' }],
      max_tokens: 16,
      stream: true,
    });
    process.stdout.write(`${model}: `);
    for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
    process.stdout.write('\n');
  }

  const running = (await client.listInstances()).filter(({ status }) => status === 'running');
  console.log('running:', running.map(({ name }) => name).join(', '));
} finally {
  await server.close();
}
