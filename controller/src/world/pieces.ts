/** Work that is divided, by `yield`, into pieces between which others may have their turn. */
export type Pieces<T> = Generator<undefined, T>;

/** All pieces of the work, one after the other. */
export function atOnce<T>(pieces: Pieces<T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}
