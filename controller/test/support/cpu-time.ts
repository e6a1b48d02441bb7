/**
 * What a piece of work costs this process, in milliseconds of a processor's time (the clock on the wall would count what others do
 * meanwhile): the least of so many runs, since compiling, garbage and neighbours on the processor only add.
 */
export function cpuMilliseconds(work: () => void, runs = 10): number {
  const times = Array.from({ length: runs }, () => {
    const begun = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
