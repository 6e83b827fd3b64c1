/**
 * The transition table as a Mermaid diagram, which GitHub and many editors draw.
 * @param {Readonly<Record<string, readonly string[]>>} transitions states and the states that follow them
 * @param {string} initial
 * @returns {string} Markdown
 */
export function stateDiagram(transitions, initial) {
  const moves = Object.entries(transitions).flatMap(([from, targets]) =>
    targets.map((to) => `  ${from} --> ${to}`),
  );
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${initial}`, ...moves, '```'].join('\n');
}
