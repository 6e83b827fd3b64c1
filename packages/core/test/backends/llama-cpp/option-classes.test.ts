import { beforeAll, expect, test } from 'vitest';
import type { FlagEntry, FlagTable } from '../../../src/backends/llama-cpp/flag-table.js';
import { parseFlagTable } from '../../../src/backends/llama-cpp/flag-table.js';
import {
  classOf,
  type OptionClass,
  spellingsOf,
  withoutDashes,
} from '../../../src/backends/llama-cpp/option-classes.js';
import { realFlagTable } from './real-server.js';

let table: FlagTable;

beforeAll(async () => {
  table = (await realFlagTable()).table;
});

const managed = `--host --port --model --offline --reuse-port --api-prefix --cors-origins --cors-methods
  --cors-headers --cors-credentials --log-disable --log-jsonl --log-colors --log-verbose --log-verbosity
  --log-prefix --log-timestamps`;

const denied = `--usage --version --cache-list --completion-bash --list-devices --rpc --model-url
  --docker-repo --hf-repo --hf-file --hf-token --log-file --log-prompts-dir --slot-save-path --media-path
  --models-dir --models-preset --models-max --models-autoload --path --webui-config --webui-config-file
  --webui-mcp-proxy --tools --tools-runtime --mcp-servers-config --mcp-servers-json --agent
  --api-key-file --ssl-key-file --ssl-cert-file --lookup-cache-static --lookup-cache-dynamic
  --hf-repo-draft --mmproj-url --video-ffmpeg-dir --embd-gemma-default --fim-qwen-1.5b-default
  --fim-qwen-3b-default --fim-qwen-7b-default --fim-qwen-7b-spec --fim-qwen-14b-spec
  --fim-qwen-30b-default --gpt-oss-20b-default --gpt-oss-120b-default --vision-gemma-4b-default
  --vision-gemma-12b-default`;

const files = `--mmproj --model-draft --lora --lora-scaled --control-vector --control-vector-scaled
  --grammar-file --json-schema-file --chat-template-file`;

function classOfEntry(entry: FlagEntry): OptionClass {
  return classOf(spellingsOf(withoutDashes(entry.flags[0] ?? ''), entry), entry);
}

function lastFlags(kind: OptionClass['kind']): string[] {
  const members = table.entries.filter((entry) => classOfEntry(entry).kind === kind);
  return members.map((entry) => entry.flags.at(-1) ?? '').sort();
}

test.each([
  ['managed', managed],
  ['denied', denied],
  ['file', files],
] as const)('of the real build, exactly the listed flags are %s', (kind, listed) => {
  // Another build may have fewer of them; any more must be thought about.
  const known = listed.split(/\s+/).sort();
  const present = known.filter((flag) => table.find(flag) !== undefined);
  expect(lastFlags(kind)).toEqual(present);
  expect(present.length).toBeGreaterThan(known.length / 2);
});

test('whatever a flag of the real build is called, its class is the same without a table', () => {
  for (const entry of table.entries) {
    const { kind } = classOfEntry(entry);
    if (kind === 'plain') continue;
    for (const flag of [...entry.flags, ...entry.negations]) {
      const name = withoutDashes(flag);
      expect(classOf(spellingsOf(name, null), null).kind, flag).toBe(kind);
    }
  }
});

test('flags that take a path, a URL or more than the model are not plain by accident', () => {
  const plain = table.entries.filter((entry) => classOfEntry(entry).kind === 'plain');
  for (const entry of plain) {
    expect(entry.value ?? '', entry.flags.join()).not.toMatch(
      /FILE|FNAME|PATH|DIR|URL|REPO|TOKEN$/,
    );
    expect(entry.description, entry.flags.join()).not.toMatch(
      /untrusted environments|from the internet|and exit$/,
    );
  }
});

const newer = parseFlagTable(`
--weights-url URL                       where to take the weights from
--hf-something N                        more of Hugging Face
--fetch N                               something new (note: can download weights from the internet)
--llama-5-default                       use default Llama 5
--report FNAME                          where to write a report
--state STATE_FILE                      where to keep the state
--log-everything                        log everything
--cors-something X                      more of CORS
--agent-loop                            act on its own
--python                                do not enable in untrusted environments
--print-config                          print the configuration
--tensor-info                           show the tensors and exit
--models-watch                          watch the models
-zz,   --harmless, --mcp-hidden N       something with a dangerous alias
--threads-more N                        number of threads (default: 4)
`);

test.each([
  ['--weights-url', 'denied'],
  ['--hf-something', 'denied'],
  ['--fetch', 'denied'],
  ['--llama-5-default', 'denied'],
  ['--report', 'denied'],
  ['--state', 'denied'],
  ['--log-everything', 'managed'],
  ['--cors-something', 'managed'],
  ['--agent-loop', 'denied'],
  ['--python', 'denied'],
  ['--print-config', 'denied'],
  ['--tensor-info', 'denied'],
  ['--models-watch', 'denied'],
  ['--harmless', 'denied'],
  ['--threads-more', 'plain'],
])('the newer flag %s would be %s', (flag, kind) => {
  const entry = newer.find(flag);
  if (entry === undefined) throw new Error(`${flag} is not in the table`);
  expect(classOfEntry(entry).kind).toBe(kind);
});
