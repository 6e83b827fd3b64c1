/** The seed of this run: the same one makes the same samples and requests. */
export const fuzzSeed = Number(process.env.LLAMACTL_FUZZ_SEED ?? Date.now() % 2 ** 31);

/** How many requests to send. */
export const fuzzCases = Number(process.env.LLAMACTL_FUZZ_CASES ?? 3_000);
