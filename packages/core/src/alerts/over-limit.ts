/** Points below the limit at which an alert is cleared, so that a figure that hovers raises it once. */
const marginPoints = 2;

/**
 * Whether an alert about a figure is to be raised after a new look: from the limit on, until the figure is
 * below the limit by more than a margin of 2 points. What cannot be seen changes nothing.
 */
export function isOverLimit(
  wasOver: boolean,
  percent: number | null,
  limitPercent: number,
): boolean {
  if (percent === null) return wasOver;
  return percent >= (wasOver ? limitPercent - marginPoints : limitPercent);
}
