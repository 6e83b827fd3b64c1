import asyncapi from '@llamactl/contract/asyncapi.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { asyncApiPage } from '../../generate/asyncapi-page.mjs';

// biome-ignore lint/suspicious/noExplicitAny: the official schema of AsyncAPI checks what it looks like
const document: any = asyncapi;

test('the page has every message with its data, every shape and every close code', () => {
  const page = asyncApiPage(document);
  const { messages, schemas } = document.components;
  for (const name of [...Object.keys(messages), ...Object.keys(schemas)]) {
    expect(page).toContain(`\n### ${name}\n`);
  }
  for (const code of Object.keys(document.channels.events['x-close-codes'])) {
    expect(page).toContain(`| \`${code}\` |`);
  }
  expect(page).toMatch(/\| `data\.reason` +\| string +\| Why, in a sentence\./);
  expect(page).toMatch(/\| `data\.name` +\| \[InstanceName\]\(#instancename\) +\| Instance name:/);
  expect(page).toContain('`data` is [Alert](#alert).');
  expect(page).not.toContain('undefined');
});

test('each link leads to a heading', () => {
  const page = asyncApiPage(document);
  const headings = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name?.toLowerCase());
  const links = [...page.matchAll(/\]\(#(\w+)\)/g)].map(([, target]) => target);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((target) => !headings.includes(target))).toEqual([]);
});
