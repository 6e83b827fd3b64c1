import { expect, test } from 'vitest';
import { bundleClient } from '../system/bundle-client.js';
import { openPage } from '../system/open-page.js';
import { sameOriginSite } from '../system/same-origin-site.js';
import { serve } from '../system/serve.js';

/** What the page's script leaves there: everything that the bundle exports. */
interface Site {
  readonly client: typeof import('@llamactl/client');
}

/** What the page does; it runs in the browser, so it can use nothing from here. */
async function useClient(model: string) {
  const { ApiError, LlamactlClient } = (globalThis as unknown as Site).client;
  const client = new LlamactlClient({ baseUrl: location.origin });
  await client.createInstance({ name: 'a', model_path: model, options: { threads: 1 } });
  await client.startInstance('a');
  const running = await client.waitForStatus('a', 'running');
  const logs = await client.getInstanceLogs('a', { lines: 5 });
  await client.stopInstance('a');
  const stopped = await client.waitForStatus('a', 'stopped');
  await client.deleteInstance('a');
  const error: unknown = await client.getInstance('a').catch((reason: unknown) => reason);
  return {
    statuses: [running.status, stopped.status],
    hasPid: typeof running.pid === 'number',
    logLines: logs.length,
    left: await client.listInstances(),
    code: error instanceof ApiError ? error.code : String(error),
  };
}

test('the client drives an instance out of a real browser', async () => {
  await using system = await serve();
  await using site = await sameOriginSite(await bundleClient(), system.url);
  await using browser = await openPage(site.url);
  expect(await browser.page.evaluate(useClient, system.model)).toEqual({
    statuses: ['running', 'stopped'],
    hasPid: true,
    logLines: 5,
    left: [],
    code: 'INSTANCE_NOT_FOUND',
  });
  // The 404 that was asked for is all that the browser complains about.
  expect(browser.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
});
