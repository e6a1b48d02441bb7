import { availableParallelism, totalmem } from "node:os";
import { join, relative } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/**
 * The files that take longest, the longest first. They begin first: one that began last would leave the other cores with nothing
 * to do. vitest orders by what it remembers of earlier runs, and the files of one project after those of another.
 */
const longest = [
  "e2e/plugin-release.e2e.ts",
  "image/image.e2e.ts",
  "e2e/stories/migration.e2e.ts",
  "e2e/pages.e2e.ts",
  "e2e/chart-release.e2e.ts",
  "e2e/stories/transfers.e2e.ts",
  "e2e/stories/stress-controllers.e2e.ts",
  "e2e/stories/redirects.e2e.ts",
  "e2e/stories/renames.e2e.ts",
  "e2e/alerts.e2e.ts",
  "e2e/stories/settings.e2e.ts",
  "e2e/stories/behind.e2e.ts",
  "e2e/stories/restore.e2e.ts",
  "e2e/stories/redemption.e2e.ts",
  "e2e/stories/stress-gateway.e2e.ts",
  "e2e/stories/rights.e2e.ts",
  "e2e/bench.e2e.ts",
  "e2e/stories/attack-register.e2e.ts",
  "e2e/certificates/http01.e2e.ts",
  "e2e/certificates/attack-queue.e2e.ts",
  "e2e/plugin.e2e.ts",
  "e2e/chart.e2e.ts",
  "e2e/controlplane.e2e.ts",
  "e2e/stories/operations.e2e.ts",
  "e2e/certificates/rights.e2e.ts",
  "e2e/stories/standby.e2e.ts",
  "controller/test/kube/watches.e2e.ts",
  "e2e/certificates/ordered.e2e.ts",
  "e2e/stories/live-stage.e2e.ts",
  "controller/test/model/histories.test.ts",
  "controller/test/model/planted-bug.mocking.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.indexOf(relative(import.meta.dirname, moduleId));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => groupOf(a) - groupOf(b) || rank(a) - rank(b));
  }
}

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

/** The suites that need cert-manager, which is built once, in minutes. */
const certificates = "e2e/certificates/**/*.e2e.ts";

/** The suites that need a cluster of kind: `make e2e-kind` gives them one. */
const kind = "e2e/kind/**/*.e2e.ts";

/** Files that mock a module have a process of their own each: the others share one, and would meet the mock. */
const mocking = "{crds,controller,plugin,kong-stand-in,e2e}/test/**/*.mocking.test.ts";

/**
 * Each file has a world of its own, of which half is waiting, and which takes a gigabyte and a half of memory at most. A Kong of
 * one's own is one for all.
 */
const sharesKong = process.env["KONG_ADMIN_URL"] !== undefined;
const maxWorkers = sharesKong ? 1 : Math.max(1, Math.min(3 * availableParallelism(), Math.floor(totalmem() / 1.5e9)));

/** By itself vitest would leave one core idle. */
const unit = {
  maxWorkers: "100%",
  globalSetup: join(import.meta.dirname, "controller/test/support/run-folder.ts"),
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 15_000 } },
};

const real = {
  // Those that follow one another in a process use the same control plane (e2e/support/controlplane/kept.ts).
  isolate: false,
  // The programs of a world start again and again: what V8 made of their sources is kept, and Go has memory to spare.
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, ".build/node"), GOGC: "400" },
  // What hangs ends here; a machine may be many times as slow as the one that these suites were made on.
  testTimeout: 900_000,
  expect: { poll: { timeout: 150_000 } },
  hookTimeout: 1_800_000,
};

const inKind = {
  test: {
    ...real,
    name: "kind",
    include: [kind, "e2e/stories/*.e2e.ts"],
    fileParallelism: false,
    sequence: { groupOrder: 2 },
  },
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    tags: [
      {
        name: "long",
        timeout: 1_800_000,
        description:
          "Many cases of what another test tries, large numbers, programs that start again and again: not in `make check`",
      },
    ],
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
          exclude: [...configDefaults.exclude, certificates, kind],
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
    ],
  },
});
