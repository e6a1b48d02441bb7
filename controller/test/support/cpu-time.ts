/**
 * What a piece of work costs this process, in milliseconds of a processor's time (the clock on the wall would count what others do
 * meanwhile): the least of so many runs, since compiling, garbage and neighbours on the processor only add. It is told which run it is, from 0, so that it can do without what
 * it remembers of those before.
 */
export function cpuMilliseconds(work: (run: number) => void, runs = 10): number {
  const times = Array.from({ length: runs }, (_, run) => {
    const begun = process.cpuUsage();
    work(run);
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
