import type { CreateInstance } from '@llamactl/client';
import { optionsOf, splitAssignment } from '../arguments/assignment.js';
import type { Flags } from '../arguments/flags.js';
import { UsageError } from '../arguments/usage-error.js';
import { type Command, instanceOperand } from '../command.js';
import { json } from '../print/json.js';

export const create: Command = {
  name: 'create',
  summary: 'Define an instance; it is not started',
  operands: [instanceOperand],
  flags: {
    model: { type: 'string', value: 'PATH', summary: 'Path of the model file on the server' },
    port: { type: 'string', value: 'N', summary: 'Port to listen on. Default: a free one' },
    option: {
      type: 'string',
      value: 'KEY=VALUE',
      multiple: true,
      summary: 'Option of the backend, as in threads=4; may be repeated',
    },
    env: {
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      summary: 'Environment variable of the backend; may be repeated',
    },
  },
  notes: `Values of options are numbers, true, false, or text; "quoted" is text in any case, null leaves
the option out, and a key given again makes a list.
Example: llamactl create chat --model /models/chat.gguf --option context_size=4096`,
  async run(context) {
    const { client, io, flags, name } = context;
    const instance = await client.createInstance(inputOf(name, flags));
    io.out(
      context.json
        ? json(instance)
        : `Created ${instance.name} on port ${instance.port}. Start it: llamactl start ${instance.name}\n`,
    );
    return 0;
  },
};

function inputOf(name: string, flags: Flags): CreateInstance {
  const model = flags.text('model');
  if (model === undefined) throw new UsageError('Which model? Give --model PATH.', create);
  const port = flags.number('port', { min: 1, max: 65_535, integer: true });
  const options = optionsOf(flags.list('option'), create);
  const env = flags.list('env').map((text) => splitAssignment(text, 'env', create));
  return {
    name,
    model_path: model,
    ...(port !== undefined && { port }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(env.length > 0 && { env: Object.fromEntries(env) }),
  };
}
