import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { fit } from '../../src/transport/fit.js';

const schema = z.object({
  state: z.enum(['on', 'off']),
  said: z.optional(z.literal('Done')),
  parts: z.optional(z.array(z.object({ kind: z.nullable(z.enum(['a', 'b'])), size: z.number() }))),
});

describe('fit', () => {
  it('gives what is right, without keys that are not known', () => {
    const data = { state: 'on', parts: [{ kind: null, size: 1 }] };
    expect(fit(schema, { ...data, more: 1 })).toMatchObject({ success: true, data });
  });

  it('gives words that are not known as they are, wherever they stand, and leaves the value alone', () => {
    const data = { state: 'dim', said: 'Ready', parts: [{ kind: 'c', size: 1 }] };
    const value = { ...data, parts: [{ kind: 'c', size: 1, more: 2 }] };
    const before = structuredClone(value);
    expect(fit(schema, value)).toEqual({ success: true, data });
    expect(value).toEqual(before);
  });

  it.each<[string, unknown, string]>([
    ['is missing', {}, 'state'],
    ['is of another type', { state: 1 }, 'state'],
    ['is of another type beside an unknown word', { state: 'dim', parts: 'none' }, 'parts'],
    ['is missing further in', { state: 'dim', parts: [{ kind: 'c' }] }, 'parts.0.size'],
    ['is no object', 'on', ''],
  ])('refuses what %s, and says where', (_, value, path) => {
    const result = fit(schema, value);
    expect(result.success).toBe(false);
    if (!result.success)
      expect(result.error.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
