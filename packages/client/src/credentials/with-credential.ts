import type { Credentials, CredentialUse } from './credentials.js';

/**
 * Sends something with the credential of now. When the server does not take it and there is a newer one, or one
 * can be had, it is sent once more: what is refused so has had no effect.
 */
export async function withCredential<T>(
  credentials: Credentials,
  use: CredentialUse,
  send: (credential: string | null) => Promise<T>,
): Promise<T> {
  const credential = await credentials.current(use);
  try {
    return await send(credential);
  } catch (error) {
    const other = await credentials.afterRefusal(error, credential, use);
    if (other === null) throw error;
    return await send(other);
  }
}
