/**
 * Text that somebody else wrote, fit to be shown in one line: what is not seen (controls, line breaks, formats, what Unicode
 * ignores by default) or changes the direction of what is around it stands there as an escape such as `\u{202e}`.
 */
export function visible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}\p{DI}]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}

const mostShown = 120;

/**
 * The same as it is kept in statuses and messages: where it is long, its beginning and its length in UTF-8, which is `bytes`. A path
 * that is refused is found by it again.
 */
export function shownShort(text: string, bytes: number): string {
  const shown = visible(text.slice(0, mostShown));
  if (text.length <= mostShown && shown.length <= mostShown) return shown;
  return `${shown.slice(0, mostShown)}… (${String(bytes)} bytes)`;
}
