import { readFile, stat } from "node:fs/promises";

/** A file whose content is read when it is asked for, and again only after the file changed. */
export interface WatchedFile {
  readonly path: string;
  /** The content as it is now; `changes` counts how often it was read. Throws what `node:fs` throws. */
  readonly read: () => Promise<{ readonly text: string; readonly changes: number }>;
}

/** Follows a file by its time, size and inode, through symbolic links: so mounted Secrets are followed as well. */
export function watchedFile(path: string): WatchedFile {
  let known: { readonly mark: string; readonly text: string; readonly changes: number } | undefined;
  return {
    path,
    read: async () => {
      const { mtimeMs, ctimeMs, size, ino } = await stat(path);
      const mark = `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
      if (known?.mark !== mark)
        known = { mark, text: await readFile(path, "utf8"), changes: (known?.changes ?? 0) + 1 };
      return known;
    },
  };
}
