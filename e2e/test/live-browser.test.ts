import { expect, test } from 'vitest';
import { bundleClient } from '../system/bundle-client.js';
import { liveServer } from '../system/live-server.js';
import { openPage } from '../system/open-page.js';
import { sameOriginSite } from '../system/same-origin-site.js';

/** What the page's script leaves there: everything that the bundle exports. */
interface Site {
  readonly client: typeof import('@llamactl/client');
}

/** What the page does; it runs in the browser, so it can use nothing from here. */
async function watchInBrowser(model: string) {
  const { LlamactlClient } = (globalThis as unknown as Site).client;
  const client = new LlamactlClient({ baseUrl: location.origin });
  await client.createInstance({ name: 'a', model_path: model });
  const seen: string[] = [];
  for await (const { type, data } of client.events({ types: ['instance_status_changed'] })) {
    if (type === 'snapshot') {
      seen.push(`${data.instances.length} here`);
      await client.startInstance('a');
    } else if (type === 'instance_status_changed') {
      seen.push(data.instance.status);
      if (data.instance.status === 'running') break;
    }
  }
  const lines: string[] = [];
  for await (const { message } of client.followLogs('a', { lines: 1 })) {
    lines.push(message);
    break;
  }
  await client.stopInstance('a');
  return { seen, lines: lines.length, last: (await client.waitForStatus('a', 'stopped')).status };
}

test('a page follows events and logs in a real browser', async () => {
  await using server = await liveServer();
  await using site = await sameOriginSite(await bundleClient(), server.url);
  await using browser = await openPage(site.url);
  expect(await browser.page.evaluate(watchInBrowser, server.model)).toEqual({
    seen: ['1 here', 'starting', 'running'],
    lines: 1,
    last: 'stopped',
  });
  // It asks for an icon, which this page does not have.
  expect(browser.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
});
