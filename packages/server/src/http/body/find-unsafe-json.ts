import type { ErrorCode } from '@llamactl/contract';
import { jsonTokens } from './json-tokens.js';

/** Something in a JSON text that `JSON.parse` lets through, but that no request may hold. */
export interface UnsafeJson {
  readonly code: Extract<ErrorCode, 'INVALID_REQUEST' | 'VALIDATION_FAILED'>;
  readonly path: string;
  readonly message: string;
}

interface Frame {
  /** Keys seen so far; null in a list. */
  readonly keys: Set<string> | null;
  atKey: boolean;
  key: string;
  index: number;
}

const maxDepth = 32;
const maxValues = 10_000;
const prototypeKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Looks through a text that `JSON.parse` accepted: duplicate keys, keys that name the prototype, NUL and
 * lone surrogates, numbers that a double cannot hold, more than 32 levels or 10 000 values. One pass, no
 * recursion; returns the first finding or null.
 */
export function findUnsafeJson(text: string): UnsafeJson | null {
  const frames: Frame[] = [];
  let values = 1;
  for (const token of jsonTokens(text)) {
    if (token === ',') values += 1;
    const structure = checkStructure(token, frames);
    const problem = values > maxValues ? tooMany : structure;
    if (problem !== null) return { code: 'INVALID_REQUEST', path: '', message: problem };
    const finding = checkValue(token, frames.at(-1));
    if (finding !== null) return { ...finding, path: pathOf(frames) };
  }
  return null;
}

const tooDeep = `must not be nested deeper than ${maxDepth} levels`;
const tooMany = `must not hold more than ${maxValues} values`;

function pathOf(frames: readonly Frame[]): string {
  const parts = frames.map((frame) => (frame.keys ? frame.key : String(frame.index)));
  return parts.join('.').slice(0, 200);
}

/** Follows the nesting; returns what is wrong with it. */
function checkStructure(token: string, frames: Frame[]): string | null {
  const top = frames.at(-1);
  switch (token) {
    case '{':
      return frames.push({ keys: new Set(), atKey: true, key: '', index: 0 }) > maxDepth
        ? tooDeep
        : null;
    case '[':
      return frames.push({ keys: null, atKey: false, key: '', index: 0 }) > maxDepth
        ? tooDeep
        : null;
    case '}':
    case ']':
      frames.pop();
      return null;
    case ',':
      if (top) Object.assign(top, { index: top.index + 1, atKey: top.keys !== null });
      return null;
    case ':':
      if (top) top.atKey = false;
      return null;
    default:
      return null;
  }
}

function checkValue(token: string, frame: Frame | undefined): Omit<UnsafeJson, 'path'> | null {
  if (token.startsWith('"')) {
    const message = checkString(token, frame);
    return message === null ? null : { code: 'INVALID_REQUEST', message };
  }
  const message = /^[-\d]/.test(token) ? checkNumber(token) : null;
  return message === null ? null : { code: 'VALIDATION_FAILED', message };
}

function checkString(literal: string, frame: Frame | undefined): string | null {
  const escaped = literal.includes('\\');
  const value = escaped ? String(JSON.parse(literal)) : literal.slice(1, -1);
  const problem = frame?.atKey ? checkKey(value, frame) : null;
  if (problem !== null || !escaped) return problem;
  if (value.includes('\0')) return 'must not contain NUL';
  return /\p{Surrogate}/u.test(value) ? 'must not contain half of a surrogate pair' : null;
}

function checkKey(key: string, frame: Frame): string | null {
  frame.key = key;
  if (frame.keys?.has(key)) return 'is there twice';
  frame.keys?.add(key);
  return prototypeKeys.has(key) ? 'is not allowed as a key' : null;
}

function checkNumber(literal: string): string | null {
  const value = Number(literal);
  if (!Number.isFinite(value)) return 'is too large a number';
  if (/^-?\d+$/.test(literal) && !Number.isSafeInteger(value)) {
    return 'is a whole number beyond 2^53, which cannot be held exactly';
  }
  return null;
}
