import type { CreateApiKey, Scope } from '@llamactl/client';
import { didYouMean } from '../arguments/did-you-mean.js';
import type { Flags } from '../arguments/flags.js';
import { UsageError } from '../arguments/usage-error.js';
import type { Command } from '../command.js';
import { json } from '../print/json.js';

const meanings: Readonly<Record<Scope, string>> = {
  read: 'look at instances, logs and the system',
  operate: 'start, stop, restart',
  manage: 'create, change, delete',
  inference: 'use models',
  metrics: 'read /metrics',
  admin: 'users, keys, configuration',
};
const scopes = Object.keys(meanings) as Scope[];
const dayMs = 24 * 60 * 60 * 1000;

export const keysCreate: Command = {
  name: 'keys create',
  summary: 'Make an API key and print it, this once',
  operands: [{ value: 'NAME', question: 'What is it for? Give it a name' }],
  flags: {
    scope: {
      type: 'string',
      value: 'SCOPE',
      multiple: true,
      summary: 'What it may do; may be repeated',
    },
    instance: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      summary: 'An instance that it is good for; may be repeated. Default: all',
    },
    days: { type: 'string', value: 'N', summary: 'Days until it ends. Default: never' },
  },
  notes: `Scopes: ${scopes.map((scope) => `${scope} (${meanings[scope]})`).join(', ')}.
Only the key goes to standard output, so that it can be put away at once:
  llamactl keys create webui --scope inference > webui.key`,
  async run(context) {
    const { client, io, name, flags } = context;
    const made = await client.createApiKey(inputOf(name, flags));
    io.out(context.json ? json(made) : `${made.key}\n`);
    if (!context.json) {
      const { id } = made.api_key;
      io.err(`Keep it, it is not shown again. To revoke it: llamactl keys rm ${id}\n`);
    }
    return 0;
  },
};

function inputOf(name: string, flags: Flags): CreateApiKey {
  const wanted = flags.list('scope').map(scopeOf);
  if (wanted.length === 0) throw new UsageError('What may it do? Give --scope.', keysCreate);
  const instances = flags.list('instance');
  const days = flags.number('days', { min: 1, max: 36_500, integer: true });
  return {
    name,
    scopes: wanted,
    ...(instances.length > 0 && { instances: [...instances] }),
    ...(days !== undefined && { expires_at: new Date(Date.now() + days * dayMs).toISOString() }),
  };
}

function scopeOf(word: string): Scope {
  const scope = scopes.find((candidate) => candidate === word);
  if (scope !== undefined) return scope;
  const hint = didYouMean(word, scopes);
  throw new UsageError(`--scope must be ${scopes.join(', ')}, not "${word}".${hint}`, keysCreate);
}
