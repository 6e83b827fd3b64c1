// Prints the path of a llama-server that runs on this machine, and on Debian gets one if there is none.
import { findLlamaServer } from '@llamactl/testkit';

try {
  const { path } = await findLlamaServer({ log: (line) => console.error(`  ${line}`) });
  console.log(path);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
