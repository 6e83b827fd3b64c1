/** Spellings of one flag, without dashes; the first is the one that people know. */
export type Family = readonly [name: string, ...others: string[]];

/** What llamactl sets itself; another value would take the instance out of its hands. */
export const managedFamilies: readonly Family[] = [
  ['host'],
  ['port'],
  ['model', 'm'],
  ['offline'],
  ['reuse-port'],
  ['api-prefix'],
  ['cors-origins'],
  ['cors-methods'],
  ['cors-headers'],
  ['cors-credentials', 'no-cors-credentials'],
  ['log-disable'],
  ['log-jsonl', 'no-log-jsonl'],
  ['log-colors'],
  ['log-verbose', 'verbose', 'v'],
  ['log-verbosity', 'verbosity', 'lv'],
  ['log-prefix', 'no-log-prefix'],
  ['log-timestamps', 'no-log-timestamps'],
];

/**
 * What reaches beyond the model, by what it does. `props` is not among it: it lets clients of the server
 * change its defaults for requests, which is no more than each of them may say in a request.
 */
export const deniedFamilies: Readonly<Record<string, readonly Family[]>> = {
  'runs programs or reaches other machines': [
    ['tools'],
    ['tools-runtime'],
    ['agent', 'ag', 'no-agent', 'no-ag'],
    ['mcp-servers-config'],
    ['mcp-servers-json'],
    ['ui-mcp-proxy', 'webui-mcp-proxy', 'no-ui-mcp-proxy', 'no-webui-mcp-proxy'],
    ['video-ffmpeg-dir'],
    ['rpc'],
  ],
  'writes files': [
    ['log-file'],
    ['log-prompts-dir'],
    ['slot-save-path'],
    ['lookup-cache-static', 'lcs'],
    ['lookup-cache-dynamic', 'lcd'],
  ],
  'reads or serves files other than models': [
    ['path'],
    ['media-path'],
    ['api-key-file'],
    ['ssl-key-file'],
    ['ssl-cert-file'],
    ['ui-config', 'webui-config'],
    ['ui-config-file', 'webui-config-file'],
  ],
  downloads: [
    ['model-url', 'mu'],
    ['docker-repo', 'dr'],
    ['hf-repo', 'hf', 'hfr'],
    ['hf-repo-draft', 'hfd', 'hfrd', 'spec-draft-hf'],
    ['hf-repo-v', 'hfv', 'hfrv'],
    ['hf-file', 'hff'],
    ['hf-file-v', 'hffv'],
    ['hf-token', 'hft'],
    ['mmproj-url', 'mmu'],
  ],
  'turns the server into a router of its own models': [
    ['models-dir'],
    ['models-preset'],
    ['models-max'],
    ['models-autoload', 'no-models-autoload'],
  ],
  'makes the server print something and exit': [
    ['help', 'h', 'usage'],
    ['version'],
    ['license', 'licenses'],
    ['cache-list', 'cl'],
    ['list-devices'],
    ['completion-bash'],
  ],
};

/** How the value of a flag names files. */
export interface FileNaming {
  /** `path` or `path:scale`. */
  readonly form: 'path' | 'scaled';
  /** Endings that the name must have. Text is shown to clients, so it must not be any text of the machine. */
  readonly endings?: readonly string[];
}

/** What names files that the server loads. */
export const fileFamilies: readonly (readonly [Family, FileNaming])[] = [
  [['mmproj', 'mm'], { form: 'path' }],
  [['model-draft', 'md', 'spec-draft-model'], { form: 'path' }],
  [['model-vocoder', 'mv'], { form: 'path' }],
  [['lora'], { form: 'path' }],
  [['lora-scaled'], { form: 'scaled' }],
  [['control-vector'], { form: 'path' }],
  [['control-vector-scaled'], { form: 'scaled' }],
  [['grammar-file'], { form: 'path', endings: ['.gbnf', '.ebnf', '.txt'] }],
  [['json-schema-file', 'jf'], { form: 'path', endings: ['.json'] }],
  [
    ['chat-template-file'],
    { form: 'path', endings: ['.jinja', '.jinja2', '.j2', '.tmpl', '.template', '.txt'] },
  ],
];

/** Flags whose values are secrets, with the variables that say them: arguments are visible to everybody. */
export const secretVariables: ReadonlyMap<string, string> = new Map([
  ['--api-key', 'LLAMA_API_KEY'],
  ['--hf-token', 'HF_TOKEN'],
]);

/** Values that are text for people or models: they may begin with a dash and hold line breaks. */
export const freeTextFlags: ReadonlySet<string> = new Set([
  '--grammar',
  '--json-schema',
  '--chat-template',
  '--chat-template-kwargs',
  '--reverse-prompt',
  '--dry-sequence-breaker',
  '--reasoning-budget-message',
]);
