/** The part of psl that suffix.ts uses; the types of the package can't be reached through its `exports`. */
declare module "psl" {
  const psl: {
    parse(name: string):
      | { readonly error: { readonly code: string } }
      | {
          readonly error?: never;
          readonly tld: string | null;
          readonly domain: string | null;
          readonly listed: boolean;
        };
  };
  export default psl;
}
