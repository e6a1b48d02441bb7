/** Does it for each of them in their order, so many at once; rejects with what fails first. */
export async function concurrently<T>(
  most: number,
  all: readonly T[],
  act: (one: T) => Promise<unknown>,
): Promise<void> {
  const left = all.values();
  const worker = async (): Promise<void> => {
    for (const one of left) await act(one);
  };
  await Promise.all(Array.from({ length: most }, worker));
}
