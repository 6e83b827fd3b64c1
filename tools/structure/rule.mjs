/**
 * A rule looks at one file and says what is wrong with it, each complaint beginning with the path.
 * @typedef {(file: import('./source-files.mjs').SourceFile) => string[]} Rule
 */
export {};
