import { type JsonObject, refTo } from './json-schemas.js';

/** Paths, by their addresses; in them operations by their methods. */
export type Paths = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** Paths that refer to answers which several operations have alike. */
export interface Shared {
  readonly paths: Paths;
  readonly responses: Readonly<Record<string, JsonObject>>;
}

/** Writes every answer that more than one operation has only once. */
export function shareAnswers(paths: Paths): Shared {
  const answers = Object.values(paths).flatMap((operations) =>
    Object.values(operations).flatMap(({ responses }) => Object.entries(responses as Answers)),
  );
  const names = nameRepeated(answers);
  const shared = Object.fromEntries(
    answers.flatMap(([, answer]) => {
      const name = names.get(JSON.stringify(answer));
      return name === undefined ? [] : [[name, answer]];
    }),
  );
  return {
    paths: mapAnswers(paths, (answer) => names.get(JSON.stringify(answer))),
    responses: shared,
  };
}

type Answers = Readonly<Record<string, JsonObject>>;

/** Names by the text of answers: that of the status, with a number where there are several. */
function nameRepeated(answers: readonly (readonly [status: string, JsonObject])[]) {
  const uses = new Map<string, { status: string; count: number }>();
  for (const [status, answer] of answers) {
    const text = JSON.stringify(answer);
    uses.set(text, { status, count: (uses.get(text)?.count ?? 0) + 1 });
  }
  const taken = new Map<string, number>();
  const names = new Map<string, string>();
  for (const [text, { status, count }] of uses) {
    const word = statusNames[status];
    if (count === 1 || word === undefined) continue;
    const number = (taken.get(word) ?? 0) + 1;
    taken.set(word, number);
    names.set(text, number === 1 ? word : `${word}${number}`);
  }
  return names;
}

function mapAnswers(paths: Paths, nameOf: (answer: JsonObject) => string | undefined): Paths {
  const replace = (responses: Answers) =>
    Object.fromEntries(
      Object.entries(responses).map(([status, answer]) => {
        const name = nameOf(answer);
        return [status, name === undefined ? answer : refTo(name, 'responses')];
      }),
    );
  return Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [
          method,
          { ...operation, responses: replace(operation.responses as Answers) },
        ]),
      ),
    ]),
  );
}

/** Errors alone are shared; what a success says is its operation's own. */
const statusNames: Readonly<Record<string, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  431: 'HeadersTooLarge',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
  507: 'InsufficientStorage',
};
