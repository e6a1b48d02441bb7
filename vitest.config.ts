import { availableParallelism } from "node:os";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

/** The suites that crowd the machine, or measure it: beside many others they would be what those wait for. */
const alone = [
  "e2e/stories/attack-crowds.e2e.ts",
  "e2e/stories/attack-register.e2e.ts",
  "e2e/stories/behind.e2e.ts",
  "e2e/stories/stress-*.e2e.ts",
  "e2e/bench.e2e.ts",
];

/** The suites that need cert-manager, which is built once, in minutes. */
const certificates = "e2e/certificates/**/*.e2e.ts";

/** The suites that need a cluster of kind: `make e2e-kind` gives them one. */
const kind = "e2e/kind/**/*.e2e.ts";

/** Files that mock a module have a process of their own each: the others share one, and would meet the mock. */
const mocking = "{crds,controller,plugin,kong-stand-in,e2e}/test/**/*.mocking.test.ts";

/** Each file has a world of its own, and half of what it does is wait. A Kong of one's own is one for all. */
const sharesKong = process.env["KONG_ADMIN_URL"] !== undefined;
const maxWorkers = sharesKong ? 1 : 2 * availableParallelism();

/** By itself vitest would leave one core idle. */
const unit = {
  maxWorkers: "100%",
  testTimeout: 60_000,
  expect: { poll: { timeout: 15_000 } },
};

const real = {
  // The programs of a world start again and again: what V8 made of their sources is kept, and Go has memory to spare.
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, ".build/node"), GOGC: "400" },
  testTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
  hookTimeout: 1_800_000,
};

const inKind = {
  test: {
    ...real,
    name: "kind",
    include: [kind, "e2e/stories/*.e2e.ts"],
    fileParallelism: false,
    sequence: { groupOrder: 3 },
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...unit,
          name: "unit",
          include: ["{crds,controller,plugin,kong-stand-in,e2e}/test/**/*.test.ts", "image/*.test.ts"],
          exclude: [...configDefaults.exclude, mocking],
          isolate: false,
        },
      },
      {
        test: { ...unit, name: "unit-mocking", include: [mocking] },
      },
      {
        test: {
          ...real,
          name: "e2e",
          include: ["{kong-stand-in,e2e,controller/test,image}/**/*.e2e.ts"],
          exclude: [...configDefaults.exclude, ...alone, certificates, kind],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...real,
          name: "e2e-certificates",
          include: [certificates],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      // Without a cluster its stories would be played a second time in the harness.
      ...(process.env["DOMAIN_CLAIMS_E2E_CLUSTER"] === undefined ? [] : [inKind]),
      {
        test: {
          ...real,
          name: "e2e-alone",
          include: alone,
          maxWorkers: sharesKong ? 1 : 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
