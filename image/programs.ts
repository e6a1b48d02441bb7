import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A program of ours that is made into an image. */
export interface Program {
  /** The image's name, which is also that of the bundle in it. */
  readonly name: string;
  readonly description: string;
  /** The source that is run, from the root of the checkout. */
  readonly main: string;
  /** Files of packages that it reads while it runs, from the root of the checkout; they lie beside the bundle. */
  readonly assets: readonly string[];
  /** The ports on which it listens unless told otherwise. */
  readonly ports: readonly number[];
}

/** Of the programs and so of their images: one version for all that the checkout has. */
export const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../controller/package.json"), "utf8"),
) as { readonly version: string };

/** What can be built. */
export const programs = {
  controller: {
    name: "domain-claims",
    description: "Decides who may serve which hostname on a shared Kubernetes cluster, and makes it live in Kong",
    main: "controller/src/main.ts",
    assets: [],
    ports: [8080],
  },
  "kong-stand-in": {
    name: "domain-claims-kong-stand-in",
    description: "A gateway that answers as Kong does, for tests where there is no Kong",
    main: "kong-stand-in/src/main.ts",
    assets: ["node_modules/rregex/lib/rregex.wasm", "node_modules/wasmoon/dist/glue.wasm"],
    ports: [],
  },
} as const satisfies Record<string, Program>;
