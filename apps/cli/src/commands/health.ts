import { type Command, instanceOperand } from '../command.js';
import { json } from '../print/json.js';
import { table } from '../print/table.js';

export const health: Command = {
  name: 'health',
  summary: 'Check an instance now; exit code 1 when it is not healthy',
  operands: [instanceOperand],
  flags: {},
  async run(context) {
    const { client, io, name } = context;
    const found = await client.getInstanceHealth(name);
    const { process, port, response } = found.checks;
    io.out(
      context.json
        ? json(found)
        : table([
            ['status', found.status],
            ['process', process],
            ['port', port],
            ['response', response],
            ['checked', found.last_check],
          ]),
    );
    return found.status === 'healthy' ? 0 : 1;
  },
};
