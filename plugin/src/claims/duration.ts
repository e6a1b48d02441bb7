const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * A duration as kubectl's flags take it (`1m30s`, `500ms`, or seconds without a unit), in milliseconds; undefined for
 * text that is none. https://pkg.go.dev/time#ParseDuration
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0), 0);
}

/** How long ago something was, as kubectl's AGE says it: `45s`, `12m`, `3h20m`, `5d4h`, `40d`, `2y3d`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${String(seconds)}s`;
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${String(minutes)}m`;
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${String(hours)}h`;
  if (days < 8) return two(days, "d", hours % 24, "h");
  if (days < 730) return `${String(days)}d`;
  return days < 2920 ? two(Math.floor(days / 365), "y", days % 365, "d") : `${String(Math.floor(days / 365))}y`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${String(large)}${largeUnit}${small === 0 ? "" : `${String(small)}${smallUnit}`}`;
}
