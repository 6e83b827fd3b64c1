const partStart = Buffer.from('\r\n\r\n');
/** More head than a part of a form has. */
const maxPartHead = 8_192;

/** A text field of a multipart form; null when it has none of that name. */
export function findFormValue(form: Buffer, contentType: string, name: string): string | null {
  const boundary = boundaryOf(contentType);
  if (boundary === null) return null;
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  for (let at = form.indexOf(delimiter); at >= 0; ) {
    const head = at + delimiter.length;
    const bodyAt = form.indexOf(partStart, head);
    if (bodyAt < 0 || bodyAt - head > maxPartHead) return null;
    const next = form.indexOf(delimiter, bodyAt);
    const isWanted = nameIn(form.toString('utf8', head, bodyAt)) === name;
    if (isWanted && next >= 0) return form.toString('utf8', bodyAt + partStart.length, next - 2);
    at = next;
  }
  return null;
}

function boundaryOf(contentType: string): string | null {
  const found = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? null;
}

function nameIn(head: string): string | undefined {
  const disposition = /^content-disposition:\s*form-data(;.*)$/im.exec(head)?.[1];
  const found = /;\s*name=(?:"([^"]*)"|([^\s;]+))/i.exec(disposition ?? '');
  return found?.[1] ?? found?.[2];
}
