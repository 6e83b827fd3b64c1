import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { chromium, type Page } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page of a real browser with a fresh profile. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the page wrote to the console as errors, and what it threw. */
  readonly complaints: readonly string[];
  /** Addresses that the page asked for. */
  readonly requests: readonly string[];
}

/**
 * Opens an address in headless Chromium.
 *
 * @param localNames - Names that stand for 127.0.0.1 in this browser
 * @throws Error when there is no `chromium` on PATH
 */
export async function openPage(url: string, localNames: readonly string[] = []): Promise<OpenPage> {
  const profile = await tempDir('llamactl-chromium-');
  const browser = await chromium.launchPersistentContext(profile.path, {
    executablePath: chromiumPath(),
    args: [...flags, `--host-resolver-rules=${localNames.map(local).join(',')}`],
  });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return {
    page,
    complaints,
    requests,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await profile.remove();
    },
  };
}

function local(name: string): string {
  return `MAP ${name} 127.0.0.1`;
}

function chromiumPath(): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // The next one, then.
      }
    }
  }
  throw new Error('this test needs a browser: install one, as in `apt-get install chromium`');
}
