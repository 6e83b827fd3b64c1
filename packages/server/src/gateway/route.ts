import { METHODS } from 'node:http';

/** Whose errors a client understands. */
export type Dialect = 'openai' | 'anthropic' | 'api';

/** What a request to the gateway asks for. */
export type Route = { readonly dialect: Dialect; readonly allow: readonly string[] } & (
  | { readonly kind: 'models' }
  | { readonly kind: 'model'; readonly id: string }
  /** To the instance that the request names as its model. */
  | { readonly kind: 'by-model'; readonly path: string }
  /** To that instance, whatever the request says. */
  | { readonly kind: 'proxy'; readonly instance: string; readonly path: string }
  | { readonly kind: 'unknown' }
);

const get = ['GET', 'HEAD'];
const post = ['POST'];

const openai = [
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/responses',
  '/v1/rerank',
  '/v1/reranking',
  '/v1/audio/transcriptions',
  '/v1/audio/translations',
  '/v1/audio/speech',
];
const anthropic = ['/v1/messages', '/v1/messages/count_tokens'];
/** Those of llama.cpp that use a model; the ones that change or write something are not among them. */
const native = [
  '/chat/completions',
  '/completion',
  '/completions',
  '/responses',
  '/infill',
  '/tokenize',
  '/detokenize',
  '/apply-template',
  '/embedding',
  '/embeddings',
  '/rerank',
  '/reranking',
];
const nativeReading = ['/props', '/slots', '/lora-adapters'];

const routes = new Map<string, Route>([
  ...[...openai, ...native].map(
    (path) => [path, { kind: 'by-model', path, dialect: 'openai', allow: post }] as const,
  ),
  ...anthropic.map(
    (path) => [path, { kind: 'by-model', path, dialect: 'anthropic', allow: post }] as const,
  ),
  ...nativeReading.map(
    (path) => [path, { kind: 'by-model', path, dialect: 'openai', allow: get }] as const,
  ),
  ...['/v1/models', '/models'].map(
    (path) => [path, { kind: 'models', dialect: 'openai', allow: get }] as const,
  ),
]);

const proxyPath = /^\/api\/instances\/([^/]+)\/proxy(\/.*)?$/s;
/** All that get here: node:http refuses what it does not know, and hands CONNECT to nobody. */
const anyMethod = METHODS.filter((method) => method !== 'CONNECT');

/** What the path of a request, without base path and query, asks the gateway for; null when it is for others. */
export function routeOf(path: string): Route | null {
  const known = routes.get(path);
  if (known) return known;
  if (path.startsWith('/v1/models/')) {
    const id = decoded(path.slice('/v1/models/'.length));
    return { kind: 'model', id, dialect: 'openai', allow: get };
  }
  if (path.startsWith('/v1/')) {
    const dialect = path.startsWith('/v1/messages/') ? 'anthropic' : 'openai';
    return { kind: 'unknown', dialect, allow: [] };
  }
  const proxied = path.startsWith('/api/instances/') ? proxyPath.exec(path) : null;
  if (proxied === null) return null;
  const [, name = '', rest = '/'] = proxied;
  return {
    kind: 'proxy',
    instance: decoded(name),
    path: rest,
    dialect: 'api',
    allow: anyMethod,
  };
}

/** What a backend has for looking at it, beside what is served by its model's name. */
const looks = ['/', '/health', '/v1/health'];

/** Whether a request to a backend only uses its model, or looks at it: the same path may change it by another method. */
export function isPlainUse(path: string, method: string): boolean {
  const allow = looks.includes(path) ? get : routes.get(path)?.allow;
  return allow?.includes(method) ?? false;
}

/** Whether a path means the same to everybody: no `..`, no hidden slashes, no empty steps. */
export function isPlainPath(path: string): boolean {
  const isOrdinary = /^\/[\w\-.~!$&'()*+,;=:@%/]*$/.test(path);
  const hides = /%(?:2e|2f|5c|00)|%(?![0-9a-f]{2})/i.test(path);
  const steps = path.slice(1).split('/');
  const isOdd = steps.some(
    (step, at) => step === '.' || step === '..' || (step === '' && at < steps.length - 1),
  );
  return isOrdinary && !hides && !isOdd;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
