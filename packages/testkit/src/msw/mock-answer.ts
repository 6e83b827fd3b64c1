import {
  type ErrorBody,
  type ErrorCode,
  httpStatusOf,
  meaningOf,
  type OperationId,
  type OperationResponse,
  operations,
} from '@llamactl/contract';
import { sampleAnswers } from '../samples/sample-answers.js';

/** How an operation answers, where it is not with its sample. */
export interface MockAnswer<Id extends OperationId = OperationId> {
  /** Answers with this error of the catalogue: its status and, unless there is a `body`, its meaning. */
  readonly code?: ErrorCode;
  /** Default: that of `code`, or that of success. */
  readonly status?: number;
  /** Default: that of `code`, or the sample. */
  readonly body?: OperationResponse<Id> | ErrorBody;
  /** Headers beside those of a JSON answer, as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that was answered, taken apart. */
export interface MockRequest {
  readonly id: OperationId;
  /** What stands in the path, as `{ name: 'chat' }`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON; undefined when there was none. */
  readonly body: unknown;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One answer, a list that is used up one by one and whose last one stays, or a function. */
export type MockAnswers<Id extends OperationId> =
  | MockAnswer<Id>
  | readonly [MockAnswer<Id>, ...MockAnswer<Id>[]]
  | ((request: MockRequest) => MockAnswer<Id> | Promise<MockAnswer<Id>>);

/** The whole answer that goes out. */
export interface CompleteAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Fills in what an answer leaves out. */
export function completeAnswer(id: OperationId, answer: MockAnswer): CompleteAnswer {
  const { code, headers = {} } = answer;
  const status = answer.status ?? (code === undefined ? operations[id].status : httpStatusOf(code));
  const body = answer.body ?? (code === undefined ? sampleAnswers[id] : errorBody(code));
  return { status, body, headers };
}

function errorBody(code: ErrorCode): ErrorBody {
  return { error: meaningOf(code), code, details: '' };
}
