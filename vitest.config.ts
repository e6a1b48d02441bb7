import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{crds,controller,plugin,kong-stand-in,e2e}/test/**/*.test.ts"],
          testTimeout: 20_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["{kong-stand-in,e2e,controller/test}/**/*.e2e.ts"],
          testTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
