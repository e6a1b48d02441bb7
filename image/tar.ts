import { command } from "../e2e/support/command.ts";

/**
 * Writes what is in a folder into a tar file that is the same for the same files, whoever writes it and when: sorted, of
 * root, as old as time. Every file of an image is readable by everybody, as nobody knows as whom it runs.
 */
export async function tarOf(folder: string, file: string): Promise<void> {
  const same = ["--format=ustar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await command("tar", ["--create", "--file", file, ...same, "--mode=u+rwX,go+rX,go-w", "--directory", folder, "."]);
}
