import { describe, expectTypeOf, it } from 'vitest';
import {
  ApiError,
  type ConfigUpdate,
  type ErrorCode,
  type EventMessage,
  type EventType,
  type Instance,
  InstanceFailedError,
  LlamactlClient,
  LlamactlClientError,
  type RateLimit,
  type ServerMessageOf,
  type Session,
  TimeoutError,
} from '../src/index.js';

const client = new LlamactlClient({ baseUrl: 'http://localhost:8080' });

type Elements<T> = T extends AsyncGenerator<infer Element> ? Element : never;

describe('events', () => {
  it('are all of them, unless types are asked for', () => {
    const all = client.events();
    expectTypeOf<Elements<typeof all>['type']>().toEqualTypeOf<EventType | 'snapshot' | 'gap'>();
    const some = client.events({ types: ['instance_deleted', 'system_alert'] });
    expectTypeOf<Elements<typeof some>['type']>().toEqualTypeOf<
      'instance_deleted' | 'system_alert' | 'snapshot' | 'gap'
    >();
    const types: EventType[] = ['instance_deleted'];
    const any = client.events({ types });
    expectTypeOf<Elements<typeof any>>().toEqualTypeOf<EventMessage>();
  });

  it('have the data of their type', async () => {
    for await (const message of client.events({ types: ['instance_status_changed'] })) {
      if (message.type === 'instance_status_changed') {
        expectTypeOf(message.data.instance).toEqualTypeOf<Instance>();
      } else if (message.type === 'gap') {
        expectTypeOf(message.data.reason).toBeString();
      } else {
        expectTypeOf(message).toEqualTypeOf<ServerMessageOf<'snapshot'>>();
      }
    }
  });

  it('cannot be asked for by a type that there is not', () => {
    // @ts-expect-error there is no such type
    client.events({ types: ['instance_vanished'] });
    // @ts-expect-error control messages come by themselves
    client.events({ types: ['snapshot'] });
  });
});

describe('updateConfig', () => {
  it('takes any part of the configuration and gives what became of it', () => {
    expectTypeOf(client.updateConfig).parameter(0).toExtend<object>();
    expectTypeOf(
      client.updateConfig({ rate_limit: { regular: 200 } }),
    ).resolves.toEqualTypeOf<ConfigUpdate>();
    expectTypeOf<ConfigUpdate['overridden'][number]['by']>().toEqualTypeOf<
      'app' | 'environment' | 'flag'
    >();
    expectTypeOf<ConfigUpdate>().not.toHaveProperty('message');
    // @ts-expect-error a number
    client.updateConfig({ rate_limit: { regular: 'many' } });
    // @ts-expect-error no such setting
    client.updateConfig({ rate_limits: {} });
  });
});

describe('errors', () => {
  it('are narrowed by `is`', () => {
    const error: unknown = undefined;
    if (ApiError.is(error, 'PORT_IN_USE')) {
      expectTypeOf(error).toEqualTypeOf<ApiError>();
      expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | null>();
      expectTypeOf(error.rateLimit).toEqualTypeOf<RateLimit | null>();
      expectTypeOf<ErrorCode>().toExtend<typeof error.code>();
    }
    if (TimeoutError.is(error)) {
      expectTypeOf<typeof error.kind>().toEqualTypeOf<'timeout'>();
    }
    if (InstanceFailedError.is(error)) expectTypeOf(error.instance.name).toBeString();
    // @ts-expect-error no code of the catalogue
    ApiError.is(error, 'PORT_USED');
  });

  it('are told apart by kind, all of them', () => {
    const error: unknown = undefined;
    if (LlamactlClientError.is(error)) {
      expectTypeOf(error.kind).toEqualTypeOf<
        | 'api'
        | 'connection'
        | 'timeout'
        | 'aborted'
        | 'protocol'
        | 'invalid_request'
        | 'instance_failed'
      >();
    }
  });
});

describe('a client', () => {
  it('gives a session that another one takes', async () => {
    const session = await client.login('admin', 'secret');
    expectTypeOf(session).toEqualTypeOf<Session>();
    new LlamactlClient({ baseUrl: 'http://localhost:8080', session });
    new LlamactlClient({
      baseUrl: new URL('http://localhost:8080'),
      onToken: (kept) => expectTypeOf(kept).toEqualTypeOf<Session | null>(),
    });
  });

  it('shows nothing of how it works', () => {
    // @ts-expect-error not for callers
    client.call('listInstances', {});
    // @ts-expect-error not for callers
    client.connection;
  });
});
