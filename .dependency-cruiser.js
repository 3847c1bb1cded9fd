/** Who may import whom. One table; everything it does not allow is an error. Checked by `npm run check`. */

/** Module of `src/` -> the modules that it may import; types count like values. */
const allowedImports = {
  core: [],
  signing: ["core"],
  delta: ["core"],
  uds: ["core"],
  statistics: ["core"],
  telemetry: ["core"],
  cohort: ["core", "statistics"],
  manifest: ["core", "signing"],
  audit: ["core", "signing"],
  vehicle: ["core", "manifest", "uds", "telemetry"],
  diagnostics: ["core", "uds", "telemetry", "statistics"],
  campaign: ["core", "signing", "cohort", "telemetry", "audit", "vehicle"],
};
const modules = Object.keys(allowedImports);

const moduleRules = modules.map((module) => ({
  name: `${module}-imports`,
  comment: `src/${module} may import ${["itself", ...allowedImports[module]].join(", ")}`,
  severity: "error",
  from: { path: `^src/${module}/` },
  to: {
    path: "^src/",
    pathNot: [
      ...[module, ...allowedImports[module]].map((allowed) =>
        allowed === module ? `^src/${module}/` : `^src/${allowed}/index\\.ts$`,
      ),
      // Apart from core's face, so that importing core never loads elliptic curves.
      ...(module === "signing" ? ["^src/core/crypto/(signature-providers|edwards25519)\\.ts$"] : []),
    ],
  },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...moduleRules,
    {
      name: "known-modules",
      comment: "A new module needs a row in the table above",
      severity: "error",
      from: { path: "^src/([^/]+)/", pathNot: `^src/(${[...modules, "cli"].join("|")})/` },
      to: {},
    },
    {
      name: "no-import-of-the-root-entry",
      comment: "src/index.ts is for users; inside, import the module",
      severity: "error",
      from: { path: "^(src|scripts|test|bench|examples)/" },
      to: { path: "^src/index\\.ts$" },
    },
    {
      name: "public-entries-only",
      comment: "The command line, examples, benchmarks and plug-ins of tests import what a user can import",
      severity: "error",
      from: { path: "^(src/cli|examples|bench|test/(conformance|interop|fuzz|runtime))/" },
      to: { path: "^src/", pathNot: "^src/cli/" },
    },
    {
      name: "no-tests-in-the-library",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|examples|scripts)/" },
    },
    { name: "examples-use-no-tools", severity: "error", from: { path: "^examples/" }, to: { path: "^(test|bench)/" } },
    {
      name: "runtime-dependencies-only",
      comment:
        "What src/ imports is in `dependencies`; the command line imports this package by its own name, which is dist/",
      severity: "error",
      from: { path: "^src/" },
      to: {
        pathNot: "^dist/",
        dependencyTypes: ["npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown", "undetermined"],
      },
    },
    {
      name: "node-modules-behind-crypto",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(cli/|core/crypto/node\\.ts$)" },
      to: { dependencyTypes: ["core"] },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    { name: "no-orphans", severity: "error", from: { orphan: true, path: "^src/" }, to: {} },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    // Type imports count: a module that only names another's types still leans on it.
    tsPreCompilationDeps: true,
    doNotFollow: { path: ["node_modules", "^dist/"] },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["types", "import", "node", "default"] },
  },
};
