// @ts-check
// With LLAMACTL_URL: watches that server until Ctrl-C. Without: shows what a watcher sees of a server that this starts.
import { LlamactlClient } from '@llamactl/client';
import { demonstrate } from './demonstrate.mjs';
import { watch } from './watch.mjs';

const { LLAMACTL_URL, LLAMACTL_API_KEY } = process.env;

if (LLAMACTL_URL === undefined) {
  await demonstrate();
} else {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const client = new LlamactlClient({
    baseUrl: LLAMACTL_URL,
    ...(LLAMACTL_API_KEY && { apiKey: LLAMACTL_API_KEY }),
  });
  const options = { file: 'last-event.txt', signal: controller.signal };
  for await (const line of watch(client, options)) console.log(line);
}
