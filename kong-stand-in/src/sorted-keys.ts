const CHUNK = 512;

/**
 * A set of strings in order. Adding and removing cost two binary searches and the move of at most one chunk;
 * reading on after a key starts there without a scan, and goes on correctly when keys come and go meanwhile.
 */
export class SortedKeys {
  #chunks: string[][] = [[]];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds the key; false if it was there already. */
  add(key: string): boolean {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at]!;
    const position = lowerBound(chunk, key);
    if (chunk[position] === key) return false;
    chunk.splice(position, 0, key);
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
    this.#size++;
    return true;
  }

  /** Removes the key; false if it was not there. */
  delete(key: string): boolean {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at]!;
    const position = lowerBound(chunk, key);
    if (chunk[position] !== key) return false;
    chunk.splice(position, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
    this.#size--;
    return true;
  }

  /** The first key after the given one (or the first of all for undefined). */
  next(after: string | undefined): string | undefined {
    if (after === undefined) return this.#chunks[0]![0];
    const at = this.#chunkOf(after);
    const chunk = this.#chunks[at]!;
    const position = lowerBound(chunk, after);
    const found = chunk[position] === after ? position + 1 : position;
    return found < chunk.length ? chunk[found] : this.#chunks[at + 1]?.[0];
  }

  /** The keys after the given one, in order. */
  *after(key?: string): Generator<string> {
    for (let next = this.next(key); next !== undefined; next = this.next(next)) yield next;
  }

  /** The chunk that holds the key, or would: the first one whose last key is not before it. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#chunks[middle]!.at(-1)! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
