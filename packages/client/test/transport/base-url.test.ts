import { describe, expect, it } from 'vitest';
import { InvalidRequestError } from '../../src/index.js';
import { normalizeBaseUrl } from '../../src/transport/base-url.js';

describe('normalizeBaseUrl', () => {
  it.each([
    ['http://h:8080', 'http://h:8080'],
    ['http://h:8080/', 'http://h:8080'],
    ['http://h:8080/api', 'http://h:8080'],
    ['http://h:8080/api/', 'http://h:8080'],
    ['http://h:8080/api//', 'http://h:8080'],
    ['https://h/x', 'https://h/x'],
    ['https://h/x/api', 'https://h/x'],
    ['https://h/x/y/api/?q=1#f', 'https://h/x/y'],
    ['https://h/xapi', 'https://h/xapi'],
    ['http://[::1]:8080/api', 'http://[::1]:8080'],
  ])('makes %s to %s', (given, expected) => {
    expect(normalizeBaseUrl(given)).toBe(expected);
    expect(normalizeBaseUrl(new URL(given))).toBe(expected);
  });

  it.each(['', 'localhost', 'localhost:8080', '/api', 'ws://h', 'file:///x'])(
    'refuses %j with an example',
    (given) => {
      expect(() => normalizeBaseUrl(given)).toThrow(
        expect.objectContaining({ details: expect.stringContaining('http://localhost:8080') }),
      );
    },
  );

  it('refuses credentials without showing them', () => {
    try {
      normalizeBaseUrl('http://me:hunter2@h');
      expect.unreachable();
    } catch (error) {
      expect(error).toSatisfy(InvalidRequestError.is);
      expect(String(error)).not.toContain('hunter2');
    }
  });
});
