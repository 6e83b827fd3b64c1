import { expect, test } from 'vitest';
import { PortClaims } from '../../src/instance/port-claims.js';

test('no two instances have one port; the error names port and holder', () => {
  const claims = new PortClaims();
  claims.claim(8081, 'a');
  expect(() => claims.claim(8081, 'b')).toThrow(
    expect.objectContaining({
      code: 'PORT_IN_USE',
      message: expect.stringMatching(/8081.*"a"/),
    }),
  );
});

test('an instance may claim its own port again, under any case of its name', () => {
  const claims = new PortClaims();
  claims.claim(8081, 'Abc');
  claims.claim(8081, 'aBC');
  expect([...claims.taken]).toEqual([8081]);
});

test('only the holder can release a port', () => {
  const claims = new PortClaims();
  claims.claim(8081, 'a');
  claims.claim(8082, 'a');
  claims.release(8081, 'b');
  expect(claims.taken.size).toBe(2);
  claims.releaseAll('A');
  expect(claims.taken.size).toBe(0);
});
