import { type ServerMessage, type ServerMessageType, serverMessages } from '@llamactl/contract';
import type * as z from 'zod/mini';
import type { ProtocolError } from '../errors/protocol-error.js';
import { fit } from '../transport/fit.js';
import { misfit, notJson } from '../transport/misfit.js';
import { parseJson } from '../transport/parse-json.js';

/** HTTP status of the answer with which a socket begins. */
const switchingProtocols = 101;

/**
 * The message in a frame; null for one of a type that this version does not know. Keys that it does not know
 * are left out. @throws ProtocolError when it is none, or a missing or wrong key
 */
export function messageOf(frame: string | null, url: string): ServerMessage | null {
  const value = frame === null ? undefined : parseJson(frame);
  if (!hasType(value)) throw foreign(frame, url);
  const { type } = value;
  if (!isKnown(type)) return null;
  const parsed = fit<z.ZodMiniType<ServerMessage>>(serverMessages[type], value);
  if (parsed.success) return parsed.data;
  throw misfit(`${url} sent what is no ${type}`, parsed.error, value, switchingProtocols);
}

function hasType(value: unknown): value is { readonly type: string } {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

function isKnown(type: string): type is ServerMessageType {
  return Object.hasOwn(serverMessages, type);
}

function foreign(frame: string | null, url: string): ProtocolError {
  const what = `${url} sent what is no message of Llamactl`;
  return notJson(what, frame ?? '(binary)', switchingProtocols);
}
