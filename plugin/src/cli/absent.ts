/** Stands in the bundle for packages of oclif's that are never called there, and throws if it is; see build.ts. */
export function glob(): never {
  throw new Error("the bundle finds its commands without looking for files");
}
export { glob as lilconfig };
