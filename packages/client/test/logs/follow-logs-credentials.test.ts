import { describe, expect, it } from 'vitest';
import { LlamactlClient } from '../../src/index.js';
import { entry, sending, seqsOf, startLogServer, type Turn } from '../fixtures/log-server.js';
import { answering } from '../fixtures/start-server.js';

const refused: Turn = (response, request) =>
  answering(401, { error: 'no', code: 'UNAUTHORIZED', details: '' })(request, response);

describe('each connection of a followed log', () => {
  it('has the newest token, and another one when that is refused', async () => {
    await using server = await startLogServer(
      sending([entry(1)], 'cut'),
      refused,
      sending([entry(1), entry(2)]),
    );
    const script = ['t1', 't2', 't3'];
    const client = new LlamactlClient({ baseUrl: server.url, token: () => script.shift() ?? '' });
    expect(await seqsOf(client.followLogs('x'), 2)).toEqual([1, 2]);
    const tokens = server.headers.map(({ authorization }) => authorization);
    expect(tokens).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t3']);
  });
});
