import { expect, test } from 'vitest';
import { betweenMarkers } from '../../generate/between-markers.mjs';

const page = 'before\n<!-- generated: x -->\nold\n<!-- /generated: x -->\nafter\n';

test('replaces what is between the markers and nothing else', () => {
  const written = betweenMarkers(page, 'x', 'new\n');
  expect(written).toBe('before\n<!-- generated: x -->\n\nnew\n\n<!-- /generated: x -->\nafter\n');
  expect(betweenMarkers(written, 'x', 'new')).toBe(written);
});

test.each(['', '<!-- generated: y -->', '<!-- /generated: x --><!-- generated: x -->'])(
  'refuses a page without the markers: %j',
  (text) => {
    expect(() => betweenMarkers(text, 'x', 'new')).toThrow('<!-- generated: x -->');
  },
);
