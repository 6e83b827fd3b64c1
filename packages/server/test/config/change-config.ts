// A server that changes its settings: `node change-config.js FILE VALUE…`, one change after the other. Says of each,
// in a line, `done` or the code of the error, and with how many files the configuration is then.
import { readFile } from 'node:fs/promises';
import { openKeeper } from '../support/open-keeper.js';

const [path = '', ...values] = process.argv.slice(2);
const keeper = await openKeeper(path);
for (const value of values) {
  const said = await keeper.update({ logs: { max_files: Number(value) } }).then(
    () => 'done',
    (error: { code?: string }) => String(error.code),
  );
  const [, kept] = /max_files: (\d+)/.exec(await readFile(path, 'utf8')) ?? [];
  console.log(`${said} ${kept}`);
}
