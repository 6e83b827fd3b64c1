import { isSecretVariable, secretMask } from '@llamactl/core';
import { type DataPath, isRecord } from './plain-data.js';
import { maskArguments, maskText } from './secret-text.js';

/**
 * A configuration as it may be shown.
 *
 * @param secretPaths - Settings that are secret wherever they stand.
 */
export function maskConfig<T>(config: T, secretPaths: readonly DataPath[]): T {
  const secret = new Set(secretPaths.map(asKey));
  // Only texts are replaced, by texts.
  return mask(config, [], (path) => secret.has(asKey(path))) as T;
}

function mask(value: unknown, path: DataPath, isSecret: (path: DataPath) => boolean): unknown {
  if (typeof value === 'string') return isSecret(path) ? secretMask : maskAt(path, value);
  if (Array.isArray(value)) {
    const items = isArguments(path) ? maskArguments(value) : value;
    return items.map((item, index) => mask(item, [...path, String(index)], isSecret));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mask(inner, [...path, key], isSecret)]),
  );
}

function maskAt(path: DataPath, text: string): string {
  const [section, , field, variable] = path;
  const isVariable = section === 'backends' && field === 'env' && variable !== undefined;
  return isVariable && isSecretVariable(variable) ? secretMask : maskText(text);
}

function isArguments([section, , field, ...more]: DataPath): boolean {
  return section === 'backends' && field === 'args' && more.length === 0;
}

function asKey(path: DataPath): string {
  return JSON.stringify(path);
}
