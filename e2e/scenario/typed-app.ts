// How an app uses the types of the client; it is compiled where the packed client is installed, and nothing runs it.
import {
  ApiError,
  type EventMessage,
  type InstanceDetails,
  LlamactlClient,
  type Session,
} from '@llamactl/client';

const onToken = (session: Session | null) => void session?.expires_at;
const client = new LlamactlClient({ baseUrl: 'http://localhost:8080', onToken });

export async function use(signal: AbortSignal): Promise<InstanceDetails> {
  const options = { threads: 4, flash_attn: true };
  const created = await client.createInstance({ name: 'a', model_path: '/a.gguf', options });
  const bytes: number | null | undefined = (await client.getInstance(created.name)).stats
    ?.memory_usage;
  for await (const message of client.events({ types: ['system_alert'], signal })) tell(message);
  for await (const { seq } of client.followLogs('a', { level: 'warn' })) seq.toFixed(bytes ?? 0);
  return client.ensureRunning('a', { timeoutMs: 1_000, signal });
}

function tell(message: EventMessage<'system_alert'>): string {
  return message.type === 'system_alert' ? message.data.severity : message.type;
}

export function codeOf(error: unknown): string | null {
  return ApiError.is(error, 'INSTANCE_NOT_FOUND') ? error.code : null;
}

// @ts-expect-error there is no such option
new LlamactlClient({ baseUrl: '', colour: 'red' });
// @ts-expect-error nor such an event
client.events({ types: ['weather_changed'] });
// @ts-expect-error and a definition has a model
client.createInstance({ name: 'a' });
