import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Who may import whom: one row per folder. `ours` are folders beside it (and what a package of ours is called), `theirs`
 * the packages; `node:` modules are named like packages. What a row does not name is refused.
 */
const walls = [
  { folder: "crds/src", ours: [], theirs: ["psl", "tldts", "tr46"] },
  { folder: "controller/src/world", ours: ["crds"], theirs: [] },
  { folder: "controller/src/decide", ours: ["crds", "world"], theirs: [] },
  { folder: "controller/src/plan", ours: ["crds", "world", "decide"], theirs: ["uuid"] },
  {
    folder: "controller/src/kube",
    ours: ["crds", "world", "clock.ts"],
    theirs: ["node:", "undici", "@kubernetes/client-node"],
  },
  { folder: "controller/src/watch", ours: ["crds", "world", "kube", "clock.ts"], theirs: ["node:"] },
  { folder: "controller/src/kong", ours: ["crds", "plan", "clock.ts"], theirs: ["node:", "undici"] },
  {
    folder: "controller/src/apply",
    ours: ["crds", "world", "decide", "plan", "kong", "kube", "clock.ts"],
    theirs: ["node:"],
  },
  { folder: "controller/src/settings", ours: ["crds", "world"], theirs: ["node:", "fastest-levenshtein"] },
  { folder: "controller/src/logging", ours: [], theirs: [] },
  { folder: "plugin/src/kube", ours: ["crds", "user-error.ts"], theirs: ["node:"] },
  {
    folder: "plugin/src/claims",
    ours: ["crds", "kube", "output/display.ts", "user-error.ts"],
    theirs: ["@kubernetes/client-node", "fastest-levenshtein"],
  },
  {
    folder: "plugin/src/output",
    ours: ["crds", "kube", "claims", "user-error.ts"],
    theirs: ["node:", "@kubernetes/client-node", "get-east-asian-width", "js-yaml"],
  },
  {
    folder: "plugin/src/commands",
    ours: ["crds", "kube", "claims", "output", "cli", "user-error.ts"],
    theirs: ["node:", "@oclif/core"],
  },
  {
    folder: "plugin/src/cli",
    ours: ["crds", "kube", "claims", "output", "commands", "user-error.ts"],
    theirs: ["node:", "@oclif/core", "fastest-levenshtein"],
  },
  {
    folder: "e2e",
    ours: ["crds"],
    theirs: ["node:", "vitest", "fast-check", "js-yaml", "undici", "wasmoon"],
  },
];

/** Packages that only one file may import, since it is the one that knows their pitfalls. */
const onlyIn = [
  { packages: ["psl", "tldts"], file: "crds/src/suffix.ts" },
  { packages: ["tr46"], file: "crds/src/idna.ts" },
];

const rowOf = ({ folder, ours, theirs }) => ({
  files: [`${folder}/**/*.ts`],
  rules: { "no-restricted-imports": ["error", { patterns: patternsOf(folder, ours, theirs) }] },
});

function patternsOf(folder, ours, theirs) {
  const may = [...ours.filter((name) => !name.endsWith(".ts")), ...theirs].join(", ") || "nothing but itself";
  const message = `${folder} may import: ${may}.`;
  const packages = [...theirs, ...(ours.includes("crds") ? ["@domain-claims/crds"] : [])].map(escaped);
  const inside = ["crds/src", "e2e"].includes(folder);
  const neighbours = ours
    .filter((name) => name !== "crds")
    .map((name) => (name.endsWith(".ts") ? `${escaped(name)}$` : `${name}/`));
  return [
    {
      regex: `^(?!\\.)(?!(?:${packages.map((name) => (name === "node:" ? name : `${name}(?:/|$)`)).join("|") || "$^"}))`,
      message,
    },
    // A workspace's own folders may import each other; those of the controller and the plugin have walls of their own.
    inside
      ? { regex: "^(?:\\.\\./)+(?:crds|controller|plugin|e2e|charts)/", message }
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

const wholeTests = {
  files: ["**/*.test.ts", "**/*.e2e.ts"],
  rules: {
    // The matchers of vitest (expect.any, expect.stringContaining) have the type any.
    "@typescript-eslint/no-unsafe-assignment": "off",
    "no-restricted-syntax": [
      "error",
      {
        selector: "MemberExpression[object.name=/^(test|it|describe)$/][property.name=/^(skip|only|todo)$/]",
        message: "Every test runs, always.",
      },
    ],
  },
};

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
              regex: "^(?:\\.\\./)+(?:crds|plugin|e2e)/",
              message: "The controller imports nothing of its neighbours but @domain-claims/crds.",
            },
          ],
        },
      ],
    },
  },
  // The one test that drives a client of the controller directly against a real API server.
  { files: ["e2e/kube.e2e.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["crds/src/**/*.ts"], rules: refused(onlyIn) },
  onlyIn.map((one) => ({ files: [one.file], rules: refused(onlyIn.filter((other) => other !== one)) })),
  pure,
  wholeTests,
  { files: ["**/*.js", "**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);
