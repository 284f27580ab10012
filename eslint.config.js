import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// What each layer may import besides itself. `types`: as types only, so that nothing of it is in the bundle.
// The project references of TypeScript say the same; here each ban has its reason, and types differ from values.
const layers = {
  protocol: { reason: "the protocol is what the router sees, and it stands alone" },
  codec: { values: ["protocol"], reason: "a serializer knows messages, not who sends them" },
  auth: { values: ["protocol"], reason: "a method answers a challenge, not more" },
  contract: {
    values: ["protocol"],
    reason: "both sides of the port load the contract: it must bring nothing else along",
  },
  web: { reason: "pages and workers share it: it knows the browser and nothing of WAMP" },
  link: { values: ["contract", "web"], reason: "the link carries batches and does not look into them" },
  connection: {
    values: ["protocol", "codec", "contract"],
    types: ["web"],
    reason: "a connection knows nothing of tabs; the sockets and the clock are injected",
  },
  hub: {
    values: ["protocol", "codec", "contract", "connection"],
    types: ["web"],
    reason: "the hub runs in a worker, in a page and in a unit test: everything else is injected",
  },
  testing: {
    values: ["protocol", "codec", "contract", "connection", "hub", "router"],
    types: ["web"],
    reason: "the test doubles of the hub run without a browser, on the core of the development router",
  },
  worker: {
    values: ["hub", "connection", "auth", "link", "web", "codec", "contract"],
    types: ["protocol"],
    reason: "the worker only composes the hub with its adapters",
  },
  client: {
    values: ["contract", "link", "web", "codec"],
    types: ["protocol"],
    reason: "a page knows the worker by its URL: whatever else it imports is loaded by every tab",
  },
  router: {
    values: ["protocol", "codec", "auth"],
    reason: "the router is the other end of the wire, not a part of the client",
  },
  cli: { types: ["router"], reason: "the command loads the built router for its subcommand only" },
};

const layerConfigs = Object.entries(layers).map(([layer, { values = [], types = [], reason }]) => {
  const others = Object.keys(layers).filter((other) => other !== layer && !values.includes(other));
  const ban = (folders, allowTypeImports) => ({
    regex: `^\\.\\./(.*/)?(${folders.join("|")})/`,
    message: `src/${layer} must not import this: ${reason}.`,
    allowTypeImports,
  });
  const patterns = [
    ban(
      others.filter((other) => !types.includes(other)),
      false,
    ),
    ...(types.length > 0 ? [ban(types, true)] : []),
    { regex: "^wamp-mux(/|$)", message: "Inside src, import the file itself." },
  ];
  return {
    files: [`src/${layer}/**/*.ts`],
    ignores: ["**/*.test.ts", "**/*.test-d.ts"],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
  };
});

export default defineConfig(
  // The consumers are applications of the packed package, each with a configuration of its own.
  globalIgnores(["dist/", ".cache/", "test-results/", "playwright-report/", "consumers/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.mjs"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    plugins: { "import-x": importX },
    settings: {
      // The resolver maps "./x.js" to x.ts.
      "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
    },
    rules: {
      // Type imports are erased; a cycle of values is an order of evaluation that somebody will get wrong.
      "import-x/no-cycle": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
        { selector: "TSEnumDeclaration", message: "A union of literals or an `as const` table erases." },
      ],
    },
  },
  ...layerConfigs,
  {
    files: ["demo/**/*.ts", "e2e/**/*.ts"],
    rules: {
      // A Playwright fixture that needs no other is `({}, use) => …`: Playwright insists on the pattern.
      "no-empty-pattern": ["error", { allowObjectPatternsAsParameters: true }],
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "/(src|dist)/",
              message: 'See the package as its users do: "wamp-mux", "wamp-mux/router".',
            },
          ],
        },
      ],
    },
  },
  {
    // The parser does not see casts in comments; TypeScript, which does, checks these files strictly.
    files: ["scripts/**/*.mjs", "bench/**/*.mjs"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
  {
    files: ["bench/**/*.mjs"],
    rules: { "@typescript-eslint/no-unsafe-return": "off" },
  },
  {
    files: ["scripts/**/*.mjs", "e2e/*.ts", "bench/**"],
    rules: {
      // They talk to people.
      "no-console": "off",
      // TypeScript finds undefined names, and knows Node's.
      "no-undef": "off",
    },
  },
);
