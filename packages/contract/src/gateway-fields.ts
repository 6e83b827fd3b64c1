import * as z from 'zod/mini';

/** Another name for an instance; unlike a name it may hold `/` and `:`, as names of models do. */
export const aliasSchema = z.string().check(
  z.regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/),
  z.meta({
    description:
      'Another name that requests may ask for: 1 to 128 letters, digits, ".", "_", "-", ":" or "/", starting with a letter or digit. Unique among names and aliases, without regard to case.',
    examples: ['meta/llama-2:7b'],
  }),
);

const fields = {
  aliases: z.array(aliasSchema).check(
    z.maxLength(64),
    z.meta({
      description: 'Further names that requests to the gateway may ask for.',
    }),
  ),
  on_demand: z.nullable(z.boolean()).check(
    z.meta({
      description:
        'Whether a request to the gateway starts it when it is stopped. Default: instances.on_demand of the configuration.',
    }),
  ),
  idle_timeout: z.nullable(z.number().check(z.minimum(0), z.maximum(31_536_000))).check(
    z.meta({
      description:
        'Time without a request after which it is stopped; 0 for never, null for instances.idle_timeout of the configuration.',
      'x-unit': 'seconds',
    }),
  ),
  group: z.nullable(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/))).check(
    z.meta({
      description:
        'Group whose members share a limit (instances.groups of the configuration); null for none.',
    }),
  ),
  pinned: z.boolean().check(
    z.meta({
      description: 'Whether it is never stopped to make room for another. Default: false.',
    }),
  ),
};

/** What a client may set of an instance for the gateway. */
export const gatewayInput = {
  aliases: z.optional(fields.aliases),
  on_demand: z.optional(fields.on_demand),
  idle_timeout: z.optional(fields.idle_timeout),
  group: z.optional(fields.group),
  pinned: z.optional(fields.pinned),
};

/** The same as it is stored; what was stored by an earlier release has none of it. */
export const gatewayDefinition = {
  aliases: z._default(fields.aliases, []),
  on_demand: z._default(fields.on_demand, null),
  idle_timeout: z._default(fields.idle_timeout, null),
  group: z._default(fields.group, null),
  pinned: z._default(fields.pinned, false),
};
