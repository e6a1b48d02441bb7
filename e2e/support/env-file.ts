/** A shell file (POSIX sh) that exports the variables, in the order given; `PATH` is put before the one that is there. */
export function envFile(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`${name} is no name for a shell variable`);
    return name === "PATH" ? `export PATH=${quoted(value)}:"$PATH"` : `export ${name}=${quoted(value)}`;
  });
  return `${lines.join("\n")}\n`;
}

/** A text as one word of a POSIX shell, whatever it contains. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
