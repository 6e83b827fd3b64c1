import { freePort } from '@llamactl/testkit';

/** A range of ports for one server's instances, as its setting: servers of tests that run at once must not meet. */
export async function ownPortRange(): Promise<string> {
  const first = await freePort();
  return `[${first}, ${first + 20}]`;
}
