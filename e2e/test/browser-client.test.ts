import { LlamactlClient } from '@llamactl/client';
import { expect, test } from 'vitest';
import { examplePage } from '../system/example-page.js';
import { openPage } from '../system/open-page.js';
import { serve } from '../system/serve.js';

/** What the page shows of instances: `name status`. */
function shown(): string[] {
  const rows = [...document.querySelectorAll('.instance')];
  return rows.map((row) =>
    ['.name', '.status'].map((part) => row.querySelector(part)?.textContent).join(' '),
  );
}

test('the page of examples/browser-client logs in, shows what happens, starts and stops', async () => {
  await using system = await serve(undefined, { LLAMACTL_AUTH__ENABLED: 'true' });
  const [, password = ''] = await system.program.waitForLine(/^admin password: (\S+)$/);
  const client = new LlamactlClient({ baseUrl: system.url });
  await client.login('admin', password);
  const definition = { model_path: system.model, options: { threads: 1 } };
  await client.createInstance({ ...definition, name: 'chat' });

  await using site = await examplePage('browser-client', system.url);
  await using browser = await openPage(site.url);
  const { page } = browser;
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('wrong', { exact: false }).waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();

  await page.getByRole('button', { name: 'Start chat' }).click();
  await page.getByText('running').waitFor();
  await page.getByText('MiB').waitFor();
  await client.createInstance({ ...definition, name: 'another' });
  await page.getByRole('button', { name: 'Start another' }).waitFor();
  expect(await page.evaluate(shown)).toEqual(['another stopped', 'chat running']);

  // A reload goes on without a password.
  await page.reload();
  await page.getByRole('button', { name: 'Stop chat' }).click();
  await page.getByRole('button', { name: 'Start chat' }).waitFor();
  await client.deleteInstance('chat');
  await client.deleteInstance('another');
  await page.getByText('There is no instance yet.').waitFor();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('User').waitFor();
  expect(browser.complaints.filter((text) => !text.includes('401'))).toEqual([]);
});
