import { expect, test } from 'vitest';
import { parseFlagTable } from '../../../src/backends/llama-cpp/flag-table.js';
import { keysOf } from '../../../src/backends/llama-cpp/keys.js';

const listing = parseFlagTable(
  '--api-key KEY    API keys, a comma-separated list (env: LLAMA_API_KEY)',
);
const single = parseFlagTable('--api-key KEY    API key (env: LLAMA_API_KEY)');
const none = parseFlagTable('--port PORT    port');

test.each([
  ['takes a list', listing, 'own', 'run', ['run', 'own']],
  ['takes a list, of several', listing, 'a,b', 'run', ['run', 'a', 'b']],
  ['takes a list, without an own one', listing, undefined, 'run', ['run']],
  ['takes a list, with an empty one', listing, '', 'run', ['run']],
  ['takes a list, without a key of the run', listing, 'a,b', undefined, ['a', 'b']],
  ['takes one', single, 'a,b', 'run', ['a,b']],
  ['takes one, without an own one', single, undefined, 'run', ['run']],
  ['takes none', none, 'own', 'run', []],
  ['is asked for none', listing, undefined, undefined, []],
])('a build that %s', (_what, table, named, runKey, keys) => {
  expect(keysOf({ LLAMA_API_KEY: named, PATH: '/bin' }, runKey, table)).toEqual(keys);
});
