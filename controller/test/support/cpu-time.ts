/**
 * What a piece of work costs this process, in milliseconds of a processor's time: the clock on the wall would count what other
 * processes do meanwhile.
 */
export function cpuMilliseconds(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}
