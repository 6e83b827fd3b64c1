import { expect } from 'vitest';
import { badCallers, type Caller, goodCallers, type HeadersOfCallers } from './matrix-callers.js';

/** Those who get in: names with spaces between, or a list. */
export type Admitted = string | readonly string[];

/** Doors against callers: who gets in where. */
export interface Matrix {
  /** Lets callers, all unless told otherwise, try a door, and holds what came of it against those who should get in. */
  hold(
    door: (caller: Caller) => Promise<string>,
    admitted: Admitted,
    callers?: readonly Caller[],
  ): Promise<void>;
  /** What an answer comes to: `in`, or status and code of the refusal. */
  outcomeOf(status: number, text: string): string;
  /** Bodies of the answers to credentials that are none. */
  readonly refusals: ReadonlySet<string>;
}

const everybody: readonly Caller[] = [...goodCallers, ...badCallers];
const expired: readonly Caller[] = ['expired', 'expired key'];

/** A matrix over the callers that there will be once it is used. */
export function createMatrix(headersOf: () => HeadersOfCallers): Matrix {
  const refusals = new Set<string>();
  return {
    refusals,
    async hold(door, admitted, callers = everybody) {
      expect([...headersOf().keys()].sort()).toEqual([...everybody].sort());
      const rows = callers.map(async (caller) => [caller, await door(caller)] as const);
      const got = Object.fromEntries(await Promise.all(rows));
      expect(got).toEqual(Object.fromEntries(callers.map((who) => [who, expected(admitted, who)])));
    },
    outcomeOf(status, text) {
      if (![401, 403].includes(status)) return status < 500 && status !== 431 ? 'in' : `${status}`;
      const code = codeIn(JSON.parse(text));
      // The shape of Anthropic tells the id of the request.
      if (code === 'UNAUTHORIZED') refusals.add(text.replace(/,"request_id":"[^"]+"/, ''));
      return `${status} ${code}`;
    },
  };
}

function expected(admitted: Admitted, caller: Caller): string {
  const list = typeof admitted === 'string' ? admitted.split(' ') : admitted;
  if (list.includes(caller)) return 'in';
  if (expired.includes(caller)) return '401 TOKEN_EXPIRED';
  return (goodCallers as readonly string[]).includes(caller) ? '403 FORBIDDEN' : '401 UNAUTHORIZED';
}

interface AnyError {
  readonly code?: string;
  readonly error?: string | { code?: string; type: string; message: string };
}

/** The code of an error in the shape of the API, of OpenAI or of Anthropic. */
function codeIn({ code, error }: AnyError): string | undefined {
  if (code !== undefined || typeof error !== 'object') return code;
  if (error.code !== undefined) {
    return error.code === 'invalid_api_key' ? 'UNAUTHORIZED' : error.code;
  }
  if (error.type === 'permission_error') return 'FORBIDDEN';
  return /expired/.test(error.message) ? 'TOKEN_EXPIRED' : 'UNAUTHORIZED';
}
