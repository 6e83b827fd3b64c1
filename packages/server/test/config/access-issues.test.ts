import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check-config.js';

function issuesOf(server: Record<string, unknown>) {
  return checkConfig({ server }).issues.map(({ path, message }) => ({ path, message }));
}

describe('lists of the configuration', () => {
  it('that are right are taken as they are', () => {
    const server = {
      trusted_proxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
      allowed_origins: ['https://ui.example.org', 'http://localhost:3000/'],
    };
    expect(checkConfig({ server }).config?.server).toMatchObject(server);
  });

  it('are told where each wrong entry stands, and what to do', () => {
    expect(
      issuesOf({
        trusted_proxies: ['10.0.0.1', 'loopback', '0.0.0.0/0'],
        allowed_origins: ['*', 'null', 'https://a.example', 'ui.example.org'],
      }),
    ).toEqual([
      { path: 'server.trusted_proxies.1', message: expect.stringContaining('as in 10.0.0.0/8') },
      { path: 'server.trusted_proxies.2', message: expect.stringContaining('everybody') },
      { path: 'server.allowed_origins.0', message: expect.stringContaining('no wildcards') },
      { path: 'server.allowed_origins.1', message: expect.stringContaining('any page') },
      { path: 'server.allowed_origins.3', message: expect.stringContaining('must be an origin') },
    ]);
  });
});
