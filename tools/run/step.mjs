/**
 * Does one long step with a line before it and one after it that says how long it took.
 * @template T
 * @param {string} title
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  console.log(`\n> ${title}`);
  const began = performance.now();
  try {
    const result = await work();
    console.log(`  done in ${seconds(began)}`);
    return result;
  } catch (error) {
    console.log(`  ended after ${seconds(began)}`);
    throw error;
  }
}

/** @param {number} began a `performance.now()` */
function seconds(began) {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
