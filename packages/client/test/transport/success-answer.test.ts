import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { LlamactlClient, ProtocolError } from '../../src/index.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { answering, startServer } from '../fixtures/start-server.js';

describe('a success', () => {
  it('may have keys that this version does not know', async () => {
    const newer = { ...sampleInstance(), of_a_later_version: 'chat' };
    await using server = await startServer(answering(200, newer));
    const client = new LlamactlClient({ baseUrl: server.url });
    expect(await client.getInstance('llama2-7b')).toEqual(sampleInstance());
  });

  it('without a documented key is a ProtocolError that names it', async () => {
    const { status: _, ...older } = sampleInstance();
    await using server = await startServer(answering(200, older));
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.getInstance('llama2-7b'), ProtocolError.is);
    expect(error.status).toBe(200);
    expect(error.issues).toMatchObject([{ path: 'status' }]);
    expect(error.message).toContain('status');
  });

  it.each(['<!doctype html><title>Home</title>', '{"instances":[', '', '\ufeff'])(
    'that is no JSON is a ProtocolError: %j',
    async (text) => {
      await using server = await startServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(text);
      });
      const client = new LlamactlClient({ baseUrl: server.url });
      const error = await rejectionAs(client.listInstances(), ProtocolError.is);
      expect(error.message).toContain('did not answer with JSON');
      expect(error.issues).toEqual([]);
    },
  );
});
