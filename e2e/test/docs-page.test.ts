import { operations } from '@llamactl/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LiveServer, liveServer } from '../system/live-server.js';
import { openPage } from '../system/open-page.js';

let server: LiveServer;
let base: string;

beforeAll(async () => {
  server = await liveServer('ready', {}, { LLAMACTL_SERVER__BASE_PATH: '/llm' });
  base = `${server.url}/llm`;
});
afterAll(() => server[Symbol.asyncDispose]());

it('shows every operation, asks nobody but this server, and complains of nothing', async () => {
  await using opened = await openPage(`${base}/api/docs`);
  const { page, complaints, requests } = opened;
  await page.waitForSelector('#operations-Instances-createInstance');
  const text = await page.textContent('#reader');
  const { createInstance, getHealth } = operations;
  expect(text).toContain(createInstance.summary);
  expect(text).toContain(getHealth.summary);
  expect(await page.locator('.opblock').count()).toBeGreaterThan(Object.keys(operations).length);

  await page.click('#operations-Instances-createInstance .opblock-summary-control');
  await page.waitForSelector('#operations-Instances-createInstance .opblock-body');
  const details = await page.textContent('#operations-Instances-createInstance');
  expect(details).toContain('"model_path": "/models/llama-2-7b.gguf"');
  expect(details).toContain('INSTANCE_EXISTS');

  expect(complaints).toEqual([]);
  const elsewhere = requests.filter(
    (url) => !/^data:/.test(url) && !url.startsWith(`${base}/api/`),
  );
  expect(elsewhere).toEqual([]);
  expect(requests).toContain(`${base}/api/openapi.json`);
});

it('sends what is tried out to this server, under its base path', async () => {
  await using opened = await openPage(`${base}/api/docs#/System/getSystemInfo`);
  const { page, complaints, requests } = opened;
  const operation = page.locator('#operations-System-getSystemInfo');
  await operation.locator('.try-out__btn').click();
  await operation.locator('.execute').click();
  const answer = operation.locator('.live-responses-table .response-col_status', {
    hasText: '200',
  });
  await answer.waitFor();
  expect(requests).toContain(`${base}/api/system/info`);
  expect(complaints).toEqual([]);
});
