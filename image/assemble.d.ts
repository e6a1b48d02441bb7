import type { Architecture } from "./architectures.ts";
/** What `e2e/tools/image` reads: an image for several platforms. */
export interface ImageBuild {
    /** With its tag. */
    readonly name: string;
    /** An existing folder, for `<architecture>.tar` and the OCI layout `oci/`. */
    readonly output: string;
    /** An image of a registry below the layers, or "". */
    readonly base: string;
    /** Tar files, the lowest first. */
    readonly platforms: readonly {
        readonly architecture: Architecture;
        readonly layers: readonly string[];
    }[];
    /** As an OCI image has it: https://github.com/opencontainers/image-spec/blob/main/config.md */
    readonly config: {
        readonly User: string;
        readonly Entrypoint: readonly string[];
        readonly Env: readonly string[];
        readonly ExposedPorts: Readonly<Record<string, object>>;
        readonly Labels: Readonly<Record<string, string>>;
    };
    /** Where in a registry all of it goes as well, or "". */
    readonly push: string;
}
/** Writes the image and returns the digest of its index, `sha256:...`; throws what the program said where it fails. */
export declare function assemble(image: ImageBuild): Promise<string>;
