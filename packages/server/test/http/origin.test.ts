import { describe, expect, it } from 'vitest';
import { createOriginList, originProblem, readOrigin } from '../../src/http/origin.js';

describe('readOrigin', () => {
  it.each([
    ['https://ui.example.org', 'https://ui.example.org'],
    ['https://UI.Example.org/', 'https://ui.example.org'],
    ['https://ui.example.org:443', 'https://ui.example.org'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['chrome-extension://abcdef', 'chrome-extension://abcdef'],
    ['tauri://localhost', 'tauri://localhost'],
  ])('reads %s as %s', (text, origin) => {
    expect(readOrigin(text)).toBe(origin);
  });
});

describe('S13: an allowed origin', () => {
  it.each(['*', 'https://*.example.org', 'https://*'])('is not the wildcard %s', (entry) => {
    expect(originProblem(entry)).toContain('no wildcards');
  });

  it.each(['null', 'NULL'])('is not %s', (entry) => {
    expect(originProblem(entry)).toContain('any page can have the origin null');
  });

  it.each([
    'ui.example.org',
    'https://ui.example.org/app',
    'https://ui.example.org?a',
    'https://user@ui.example.org',
    'https://',
    'https:///',
    'https://a b',
    'https://a, https://b',
    'file://',
    'data:text/html,x',
  ])('is not %s', (entry) => {
    expect(originProblem(entry)).toContain('must be an origin: scheme, host and port');
  });

  it('of an app lets in no page without an origin', () => {
    const isAllowed = createOriginList(['chrome-extension://abcdef', 'tauri://localhost']);
    expect(isAllowed('tauri://localhost')).toBe(true);
    for (const other of ['null', '', 'chrome-extension://other', 'http://localhost']) {
      expect(isAllowed(other)).toBe(false);
    }
  });
});
