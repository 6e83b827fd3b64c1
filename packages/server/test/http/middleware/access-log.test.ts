import { waitFor } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { createLogger } from '../../../src/log/logger.js';
import { exchange } from '../../support/raw-http.js';
import { startTestServer } from '../../support/test-server.js';

it('S21: a request is one line in the log, whatever it says, with the address of the client', async () => {
  const lines: string[] = [];
  const logger = createLogger('debug', (line) => lines.push(line));
  const config = { server: { trusted_proxies: ['127.0.0.1'] } };
  await using test = await startTestServer({ logger, config });
  const forged = '2024-01-15T10:30:00.000Z error forged';
  const paths = ['/a%0a', '/a%0d%0a', '/%C2%85', '/%E2%80%A8', '/"', '/a=b', '/\\n'];
  const headers =
    'Host: localhost\r\nConnection: close\r\nX-Request-Id: a"b\r\nX-Forwarded-For: x\x85y, 192.0.2.9\r\n';
  for (const path of paths) {
    const request = `GET ${path}${encodeURIComponent(forged)} HTTP/1.1\r\n${headers}\r\n`;
    expect((await exchange(test.server.port, Buffer.from(request, 'latin1'))).status).toBe(404);
  }
  await waitFor(() => lines.length >= paths.length);
  expect(lines).toHaveLength(paths.length);
  for (const line of lines) {
    expect(line).toMatch(
      /^\S+Z debug request request_id=[\w-]+ address=192\.0\.2\.9 method=GET .*\n$/,
    );
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028]/u);
  }
});
