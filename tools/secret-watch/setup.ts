import { afterAll } from 'vitest';
import { SecretWatch } from './secret-watch.ts';
import { watchConnections } from './watch-connections.ts';
import { watchPrograms } from './watch-programs.ts';
import { watchSaid } from './watch-said.ts';

// For every test file: no secret that is used in it may come out anywhere.
const watch = new SecretWatch();
const ends = [watchConnections(watch), watchPrograms(watch), watchSaid(watch)];

afterAll(() => {
  for (const end of ends) end();
  if (process.env.LLAMACTL_TEST_SHOW_WATCH) console.log('watched', watch.size);
  watch.assertNone();
});
