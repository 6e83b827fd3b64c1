const secretHeaders = ['authorization', 'proxy-authorization', 'x-api-key', 'cookie'];

/** Replaces secrets in a text that people may read. */
export type Redact = (text: string) => string;

/** A {@link Redact} for the secrets among the headers of a request. */
export function redactSecretsOf(headers: Headers): Redact {
  const secrets = secretHeaders
    .map((name) => headers.get(name) ?? '')
    // The token of `Bearer TOKEN` may be shown without the scheme before it.
    .flatMap((value) => [value, value.replace(/^\S+\s+/, '')])
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length);
  return (text) =>
    secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text);
}
