import * as z from 'zod';

/** Another name for an instance; unlike a name it may hold `/` and `:`, as names of models do. */
export const aliasSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/)
  .meta({
    description:
      'Another name that requests may ask for: 1 to 128 letters, digits, ".", "_", "-", ":" or "/", starting with a letter or digit. Unique among names and aliases, without regard to case.',
    examples: ['meta/llama-2:7b'],
  });

const fields = {
  aliases: z.array(aliasSchema).max(64).meta({
    description: 'Further names that requests to the gateway may ask for.',
  }),
  on_demand: z.boolean().nullable().meta({
    description:
      'Whether a request to the gateway starts it when it is stopped. Default: instances.on_demand of the configuration.',
  }),
  idle_timeout: z.number().min(0).max(31_536_000).nullable().meta({
    description:
      'Time without a request after which it is stopped; 0 for never, null for instances.idle_timeout of the configuration.',
    'x-unit': 'seconds',
  }),
  group: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .nullable()
    .meta({
      description:
        'Group whose members share a limit (instances.groups of the configuration); null for none.',
    }),
  pinned: z.boolean().meta({
    description: 'Whether it is never stopped to make room for another. Default: false.',
  }),
};

/** What a client may set of an instance for the gateway. */
export const gatewayInput = {
  aliases: fields.aliases.optional(),
  on_demand: fields.on_demand.optional(),
  idle_timeout: fields.idle_timeout.optional(),
  group: fields.group.optional(),
  pinned: fields.pinned.optional(),
};

/** The same as it is stored; what was stored by an earlier release has none of it. */
export const gatewayDefinition = {
  aliases: fields.aliases.default([]),
  on_demand: fields.on_demand.default(null),
  idle_timeout: fields.idle_timeout.default(null),
  group: fields.group.default(null),
  pinned: fields.pinned.default(false),
};
