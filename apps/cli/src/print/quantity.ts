const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in the largest unit of 1024 that fits, with one decimal: `4.0 GiB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${size} B` : `${size.toFixed(1)} ${units[unit]}`;
}

/** Seconds by their two largest units: `2 d 3 h`, `1 h 0 min`, `5 min 7 s`, `12 s`. */
export function formatSeconds(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds)} s`;
}

/** A share of 100, with one decimal: `12.5 %`. */
export function formatPercent(percent: number): string {
  return `${percent.toFixed(1)} %`;
}
