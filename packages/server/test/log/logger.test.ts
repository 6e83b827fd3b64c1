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

  it('says nothing when silent', () => {
    const lines: string[] = [];
    createLogger('silent', (line) => lines.push(line)).error('x');
    expect(lines).toEqual([]);
  });
});
