/** The part of tr46 (UTS 46, version 7) that idna.ts uses; the package brings no types. */
declare module "tr46" {
  interface Options {
    readonly checkBidi: boolean;
    readonly checkJoiners: boolean;
    readonly checkHyphens: boolean;
    readonly useSTD3ASCIIRules: boolean;
    readonly transitionalProcessing: boolean;
  }
  const tr46: {
    toASCII(name: string, options: Options): string | null;
    toUnicode(name: string, options: Options): { readonly domain: string; readonly error: boolean };
  };
  export default tr46;
}
