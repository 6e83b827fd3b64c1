import type { Llamactl } from '@llamactl/core';

/**
 * Lets nothing that ended by itself be started again as long as those who would object to it are not there yet;
 * returns what ends that. Nobody is refused by it.
 */
export function holdRestarts(llamactl: Llamactl): () => void {
  let end = () => {};
  const held = new Promise<null>((resolve) => {
    end = () => resolve(null);
  });
  const withdraw = llamactl.beforeRestart(() => held);
  return () => {
    withdraw();
    end();
  };
}
