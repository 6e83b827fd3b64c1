import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log/logger.js';

describe('createLogger', () => {
  it('writes one line per event of its level or above', () => {
    const lines: string[] = [];
    const logger = createLogger('warn', (line) => lines.push(line));
    logger.info('no');
    logger.warn('yes', { path: '/a', count: 1, none: undefined });
    logger.error('also', { text: 'a b\nfake line', error: new Error('why') });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\S+Z warn yes path=\/a count=1\n$/);
    expect(lines[1]).toMatch(
      /^\S+Z error also text="a b\\nfake line" error="Error: why\\n[^\n]*"\n$/,
    );
  });

  it.each([
    '\n',
    '\r\n',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u001b[2K',
    '\u009b2K',
    '\u202e',
    '\0',
    '\u007f',
  ])('S21: writes one line, whatever is in it (%j)', (odd) => {
    const lines: string[] = [];
    const forged = `a${odd}2024-01-15T10:30:00.000Z error forged`;
    const error = new Error(forged, { cause: new Error(forged) });
    createLogger('debug', (line) => lines.push(line)).info(forged, { path: forged, error });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    expect(lines[0]).toMatch(/^\S+Z info a\\u/);
    expect(lines[0]).toContain('forged" error="');
  });

  it('says nothing when silent', () => {
    const lines: string[] = [];
    createLogger('silent', (line) => lines.push(line)).error('x');
    expect(lines).toEqual([]);
  });
});
