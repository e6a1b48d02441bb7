import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { docstrings } from "./eslint-docstrings.js";

/**
 * Who may import whom: one row per folder. `ours` are folders beside it (and what a package of ours is called), `theirs`
 * the packages; `node:` modules are named like packages. What a row does not name is refused.
 */
const walls = [
  { folder: "crds/src", ours: [], theirs: ["psl", "tldts", "tr46"] },
  { folder: "controller/src/world", ours: ["crds"], theirs: [] },
  { folder: "controller/src/decide", ours: ["crds", "world"], theirs: [] },
  {
    folder: "controller/src/plan",
    ours: ["crds", "world", "decide", "host-routes.ts", "route.ts", "backend.ts", "redirect.ts", "rename.ts", "tls.ts"],
    theirs: ["uuid"],
  },
  {
    folder: "controller/src/kube",
    ours: ["crds", "world", "translate", "time", "operations/logging"],
    theirs: ["node:", "undici", "@kubernetes/client-node", "@streamparser/json"],
  },
  { folder: "controller/src/translate", ours: ["crds", "world"], theirs: [] },
  {
    folder: "controller/src/x509",
    ours: ["crds", "world"],
    theirs: [
      "node:",
      "@peculiar/x509",
      "@peculiar/asn1-pkcs8",
      "@peculiar/asn1-rsa",
      "@peculiar/asn1-schema",
      "reflect-metadata",
    ],
  },
  {
    folder: "controller/src/watch",
    ours: ["crds", "world", "translate", "kube", "queue", "time", "operations/logging"],
    theirs: ["node:"],
  },
  {
    folder: "controller/src/kong",
    ours: ["crds", "plan", "queue", "time", "x509", "operations/logging"],
    theirs: ["node:", "undici"],
  },
  {
    folder: "controller/src/apply",
    ours: ["crds", "world", "decide", "plan", "kong", "kube", "queue", "time", "x509", "operations/logging"],
    theirs: ["node:"],
  },
  {
    folder: "controller/src/reconcile",
    ours: [
      ...["crds", "world", "translate", "decide", "plan", "apply", "kong", "kube", "queue", "time", "x509"],
      "operations/logging",
    ],
    theirs: ["node:"],
  },
  {
    folder: "controller/src/report",
    ours: [
      ...["crds", "world", "translate", "decide", "plan", "kong", "kube", "watch", "reconcile", "settings", "time"],
      "operations/logging",
    ],
    theirs: [],
  },
  { folder: "controller/src/uninstall", ours: ["crds", "translate", "kube", "time"], theirs: [] },
  { folder: "controller/src/time", ours: [], theirs: [] },
  { folder: "controller/src/queue", ours: ["time", "operations/logging"], theirs: [] },
  {
    folder: "controller/src/leader",
    ours: ["world", "kong", "kube", "time", "operations/logging"],
    theirs: [],
  },
  { folder: "controller/src/settings", ours: ["crds", "world", "decide"], theirs: ["node:", "fastest-levenshtein"] },
  {
    folder: "controller/src/operations",
    ours: ["crds", "world", "plan", "kong", "kube", "watch", "reconcile", "time"],
    theirs: ["node:", "pino", "prom-client"],
  },
  { folder: "plugin/src/kube", ours: ["crds", "user-error.ts"], theirs: ["node:"] },
  {
    folder: "plugin/src/claims",
    ours: ["crds", "kube", "output/display.ts", "user-error.ts"],
    theirs: ["@kubernetes/client-node", "fastest-levenshtein"],
  },
  { folder: "plugin/src/doctor", ours: ["crds", "kube", "claims"], theirs: ["@kubernetes/client-node"] },
  {
    folder: "plugin/src/output",
    ours: ["crds", "kube", "claims", "user-error.ts"],
    theirs: ["node:", "@kubernetes/client-node", "get-east-asian-width", "js-yaml"],
  },
  {
    folder: "plugin/src/commands",
    ours: ["crds", "kube", "claims", "doctor", "output", "cli", "user-error.ts"],
    theirs: ["node:", "@oclif/core"],
  },
  {
    folder: "plugin/src/cli",
    ours: ["crds", "kube", "claims", "output", "commands", "user-error.ts"],
    theirs: ["node:", "@oclif/core", "fastest-levenshtein"],
  },
  {
    folder: "kong-stand-in",
    ours: [],
    theirs: ["node:", "vitest", "fast-check", "rregex", "wasmoon", "@peculiar/x509", "reflect-metadata"],
  },
  {
    folder: "image",
    ours: [
      "e2e/support/arm64.ts",
      "e2e/support/go",
      "e2e/support/command.ts",
      "e2e/support/progress.ts",
      "plugin/release/node-package.ts",
    ],
    theirs: ["node:", "vitest", "esbuild"],
  },
  {
    folder: "e2e",
    ours: ["crds", "kong-stand-in"],
    theirs: [
      "node:",
      "vitest",
      "fast-check",
      "js-yaml",
      "undici",
      "@peculiar/x509",
      "reflect-metadata",
      "dns-packet",
      "wasmoon",
      "vega",
      "vega-lite",
    ],
  },
];

/** Packages that only one file may import, since it is the one that knows their pitfalls. */
const onlyIn = [
  { packages: ["psl", "tldts"], file: "crds/src/suffix.ts" },
  { packages: ["tr46"], file: "crds/src/idna.ts" },
];

/** The workspaces that others may import, by what they export. */
const isPackage = (name) => ["crds", "kong-stand-in"].includes(name);

const rowOf = ({ folder, ours, theirs }) => ({
  files: [`${folder}/**/*.ts`],
  rules: { "no-restricted-imports": ["error", { patterns: patternsOf(folder, ours, theirs) }] },
});

function patternsOf(folder, ours, theirs) {
  const may = [...ours.filter((name) => !name.endsWith(".ts")), ...theirs].join(", ") || "nothing but itself";
  const message = `${folder} may import: ${may}.`;
  const packages = [...theirs, ...ours.filter(isPackage).map((name) => `@domain-claims/${name}`)].map(escaped);
  const inside = ["crds/src", "kong-stand-in", "e2e"].includes(folder);
  const neighbours = ours
    .filter((name) => !isPackage(name))
    .map((name) => (name.endsWith(".ts") ? `${escaped(name)}$` : `${name}/`));
  return [
    {
      regex: `^(?!\\.)(?!(?:${packages.map((name) => (name === "node:" ? name : `${name}(?:/|$)`)).join("|") || "$^"}))`,
      message,
    },
    // A workspace's own folders may import each other; those of the controller and the plugin have walls of their own.
    inside
      ? { regex: "^(?:\\.\\./)+(?:crds|controller|plugin|kong-stand-in|e2e|charts)/", message }
      : { regex: `^(?:\\.\\./)+(?!\\.\\.|${neighbours.join("|") || "$^"})`, message },
  ];
}

function refused(entries) {
  const paths = entries.flatMap(({ packages, file }) =>
    packages.map((name) => ({ name, message: `Only ${file} imports it.` })),
  );
  return { "@typescript-eslint/no-restricted-imports": ["error", { paths }] };
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

const impure = "is not the same twice: take the time or the number as a parameter";
const pure = {
  files: ["crds/src/**/*.ts", "controller/src/{world,decide,plan}/**/*.ts"],
  rules: {
    "no-restricted-syntax": [
      "error",
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: `new Date() ${impure}` },
      { selector: "CallExpression[callee.name='Date']", message: `Date() ${impure}` },
      { selector: "MemberExpression[object.name='Date'][property.name='now']", message: `Date.now ${impure}` },
      { selector: "MemberExpression[object.name='Math'][property.name='random']", message: `Math.random ${impure}` },
    ],
  },
};

const everyTest = {
  selector: "MemberExpression[object.name=/^(test|it|describe)$/][property.name=/^(skip|only|todo)$/]",
  message: "Every test runs, always.",
};
const mock = {
  selector: "MemberExpression[object.name='vi'][property.name=/^(mock|doMock|stubEnv|stubGlobal|useFakeTimers)$/]",
  message: "Other files run in the same process: name this one *.mocking.test.ts.",
};

const tests = [
  {
    files: ["**/*.test.ts", "**/*.e2e.ts"],
    rules: {
      // The matchers of vitest (expect.any, expect.stringContaining) have the type any.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "no-restricted-syntax": ["error", everyTest, mock],
    },
  },
  { files: ["**/*.mocking.test.ts"], rules: { "no-restricted-syntax": ["error", everyTest] } },
];

export default defineConfig(
  globalIgnores(["**/dist", ".build", ".run", "**/.run", "crds/src/generated", "e2e/tools"]),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["vitest.config.ts", "*.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
  },
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      eqeqeq: ["error", "always", { null: "ignore" }],
      // The compiler says it (noUnusedLocals), and knows of names that start with an underscore.
      "@typescript-eslint/no-unused-vars": "off",
      // An async function without await is meant: it turns what it throws into a rejection.
      "@typescript-eslint/require-await": "off",
      // Control characters are what the gateway and the terminal have to look for.
      "no-control-regex": "off",
    },
  },
  walls.map(rowOf),
  {
    files: ["controller/src/*.ts", "controller/test/**/*.ts"],
    ignores: ["controller/test/kube/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^@kubernetes/client-node", message: "Only controller/src/kube and plugin/src speak to it." },
            {
              regex: "^(?:\\.\\./)+(?:crds|plugin|kong-stand-in|e2e)/",
              message: "The controller imports nothing of its neighbours but @domain-claims/crds.",
            },
          ],
        },
      ],
    },
  },
  { files: ["crds/src/**/*.ts"], rules: refused(onlyIn) },
  onlyIn.map((one) => ({ files: [one.file], rules: refused(onlyIn.filter((other) => other !== one)) })),
  {
    files: ["{crds,controller,plugin}/src/**/*.ts"],
    plugins: { docstrings },
    rules: { "docstrings/throws": "error", "docstrings/absent": "error" },
  },
  pure,
  tests,
  { files: ["**/*.js", "**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);
