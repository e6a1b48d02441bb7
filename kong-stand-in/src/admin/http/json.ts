/**
 * Reads JSON as Kong's library does: line breaks and other control characters may stand in texts as they are, and a
 * half of a surrogate pair on its own is an error. Undefined stands for "no JSON".
 */
export function parseJson(text: string): unknown {
  if (hasHalfPair(text)) return undefined;
  return parsed(text) ?? (text.includes("\0") ? undefined : parsed(escapedControls(text)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function escapedControls(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/gs, (string) =>
    string.replace(/[\u0001-\u001f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

function hasHalfPair(text: string): boolean {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return false;
  const rest = text.replace(/\\\\/g, "").replace(/\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/g, "");
  return /\\u[dD][89a-fA-F]/.test(rest);
}
