/** What can be posted. */
export type PostBody = string | Buffer | ReadableStream;

/** The header of a body that is JSON. */
export const jsonType = { 'content-type': 'application/json' };

/** Posts a body as it is, unless told otherwise to create an instance, and reads what is said of it. */
export async function post(
  url: string,
  body: PostBody,
  headers: Record<string, string> = jsonType,
  path = '/api/instances',
) {
  const response = await fetch(url + path, {
    method: 'POST',
    body,
    headers,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });
  const answer = (await response.json()) as { code: string; issues?: { path: string }[] };
  return { status: response.status, code: answer.code, path: answer.issues?.[0]?.path, response };
}
