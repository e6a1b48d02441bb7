/** Commands in sentences: what people copy into a shell. */

/** A word of a command as every shell takes it: quoted where a shell would read it otherwise, such as `'*.acme.org'`. */
export function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
