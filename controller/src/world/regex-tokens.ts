/**
 * What a regular expression consists of: escapes; classes, with the bracket that may come first in them; groups and flags;
 * counted repetitions; any character.
 */
export const regexTokens =
  /\\[pP](?:\{[^}]*\}|.)|\\[xuU]\{[^}]*\}|\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\U[\da-fA-F]{8}|\\.|\[:\^?[a-z]+:\]|\[\^?\]?|\(\?(?:[a-zA-Z-]*[:)]|P?<[^>]*>)|\{[^{}]*\}|./gsu;

/**
 * A counted repetition: how often at most (at least, where there is no most), and whether it may be less, or end never. Undefined
 * for any other token.
 */
export function counted(
  token: string,
): { readonly times: number; readonly varies: boolean; readonly endless: boolean } | undefined {
  if (!token.startsWith("{") || token.length === 1) return undefined;
  const most = Math.max(...(token.match(/\d+/g) ?? []).map(Number));
  // What is there no time at all may as well be left out.
  return { times: Math.max(1, most), varies: token.includes(",") || most < 1, endless: /,\s*\}$/.test(token) };
}

/** True of what begins a group that is captured. */
export function isCapture(token: string): boolean {
  return token === "(" || /^\(\?P?</.test(token);
}

/** True of what asks whether a word begins or ends there. */
export function isBoundary(token: string): boolean {
  return /^\\[bB<>]/.test(token);
}
