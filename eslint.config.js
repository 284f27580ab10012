import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { commentLanguage } from "./scripts/eslint/comment-language.mjs";

// Lists the layers that each layer may import besides itself; `types` may be imported as types only, so that none of
// their code gets into the bundle. TypeScript's project references say the same, but without reasons, and without the
// difference between types and values.
const layers = {
  protocol: { reason: "the protocol is what the router sees, and it stands alone" },
  codec: { values: ["protocol"], reason: "a serializer knows messages, not who sends them" },
  auth: { values: ["protocol"], types: ["contract"], reason: "a method answers a challenge, not more" },
  contract: {
    values: ["protocol"],
    reason: "both sides of the port load the contract: it must bring nothing else along",
  },
  web: { reason: "pages and workers share it: it knows the browser and nothing of WAMP" },
  link: { values: [], reason: "the link carries batches and does not look into them" },
  connection: {
    values: ["protocol", "codec", "contract"],
    types: ["web", "auth"],
    reason: "a connection knows nothing of tabs; sockets, clock and authentication methods are injected",
  },
  hub: {
    values: ["protocol", "codec", "contract", "connection"],
    types: ["web"],
    reason: "the hub runs in a worker, in a page and in a unit test: everything else is injected",
  },
  memory: {
    types: ["contract", "web", "link", "hub"],
    reason: "the parts of a platform that live in memory know what they stand for, not who uses them",
  },
  testing: {
    values: ["protocol", "codec", "auth", "contract", "connection", "hub", "router", "memory"],
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
    reason: "a page knows the worker by its URL, and every tab loads all that the client imports",
  },
  background: {
    values: ["codec", "auth", "contract", "hub", "worker", "client", "web"],
    types: ["connection", "link"],
    reason:
      "a service worker has the client and the hub in one file: it composes them and has no behaviour of its own",
  },
  keys: {
    values: ["protocol", "auth", "web", "client"],
    types: ["contract"],
    reason: "keys are for pages, with the errors of the client: a session knows nothing of them",
  },
  router: {
    values: ["protocol", "codec", "auth"],
    reason: "the router is the other end of the wire, not a part of the client",
  },
  double: {
    values: ["codec", "auth", "connection", "hub", "worker", "client", "router", "memory"],
    types: ["contract", "web"],
    reason: "the double composes the product on a platform in memory: it has no behaviour of its own",
  },
  cli: { types: ["router"], reason: "the command loads the built router for its subcommand only" },
};

// The same for the floors of the client, from the ground up: no import leads to a floor above.
const clientFloors = {
  errors: { reason: "an application may know an error where it knows nothing else of the client" },
  api: {
    types: ["errors"],
    reason: "the public types describe the client: they are the same however it works",
  },
  requests: {
    values: ["errors"],
    types: ["api"],
    reason: "a request is sent and settled in the same way, whatever feature it is for",
  },
  attach: {
    values: ["errors", "requests"],
    types: ["api"],
    reason: "the way to the hub carries requests and notices and knows nothing of their meaning",
  },
  features: {
    values: ["errors", "api", "requests"],
    reason: "a feature works without a hub, and is told by the session when the hub is lost",
  },
  session: {
    values: ["errors", "api", "requests", "attach", "features"],
    reason: "the session puts the floors below together, and runs wherever there is a host for the hub",
  },
  passthru: {
    values: ["errors"],
    types: ["api"],
    reason:
      "the payloads that the router does not look into are made by a file of its own, which few applications load",
  },
  browser: {
    values: ["errors", "session"],
    types: ["api", "attach"],
    reason: "the browser's part gives the session its environment and does not reach past it",
  },
};

/** Bans for the files of one room; `way` is a pattern that leads from such a file to the rooms beside it. */
function bans(rooms, room, place, way) {
  const { values = [], types = [], reason } = rooms[room];
  const others = Object.keys(rooms).filter((other) => other !== room && !values.includes(other));
  const ban = (folders, allowTypeImports) =>
    folders.length === 0
      ? []
      : [
          {
            regex: `^${way}(${folders.join("|")})/`,
            message: `${place}/${room} must not import this: ${reason}.`,
            allowTypeImports,
          },
        ];
  return [
    ...ban(
      others.filter((other) => !types.includes(other)),
      false,
    ),
    ...ban(types, true),
  ];
}

function importRules(files, patterns) {
  return {
    files: [`src/${files}/**/*.ts`],
    ignores: ["**/*.test.ts", "**/*.test-d.ts", "**/*.suite.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            ...patterns,
            { regex: "^wamp-mux(/|$)", message: "Inside src, import the file itself." },
          ],
        },
      ],
    },
  };
}

const layerBans = (layer, rooms = layers) => bans(rooms, layer, "src", String.raw`\.\./(.*/)?`);

const layerConfigs = [
  ...Object.keys(layers).map((layer) => importRules(layer, layerBans(layer))),
  ...Object.keys(clientFloors).map((floor) =>
    importRules(`client/${floor}`, [
      ...layerBans("client"),
      ...bans(clientFloors, floor, "src/client", String.raw`\.\./`),
    ]),
  ),
  // The test doubles of the client use those of the hub.
  importRules(
    "client/testing",
    layerBans("client", {
      ...layers,
      client: { ...layers.client, values: [...layers.client.values, "testing", "memory"] },
    }),
  ),
];

export default defineConfig(
  // The consumers are applications of the packed package, each with a configuration of its own.
  globalIgnores(["dist/", ".cache/", "test-results/", "playwright-report/", "consumers/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.js", "**/*.mjs"],
    plugins: { own: { rules: { "comment-language": commentLanguage } } },
    rules: { "own/comment-language": "error" },
  },
  {
    // About 300 lines is where a file wants to be two.
    files: ["src/**/*.ts", "demo/**/*.ts", "scripts/**/*.mjs", "bench/**/*.mjs"],
    ignores: ["**/*.test.ts", "**/*.test-d.ts"],
    rules: { "max-lines": ["error", { max: 300 }] },
  },
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
      // Type imports are erased, but a cycle of values depends on the order in which the modules are evaluated.
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
    // A Playwright fixture that needs no other fixture is `({}, use) => …`: Playwright insists on the pattern.
    files: ["e2e/**/*.ts", "scripts/consumers/*.mjs"],
    rules: { "no-empty-pattern": ["error", { allowObjectPatternsAsParameters: true }] },
  },
  {
    files: ["demo/**/*.ts", "e2e/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "/(src|dist)/",
              message: 'Import the package as its users do: "wamp-mux", "wamp-mux/router".',
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
      // These files print for people.
      "no-console": "off",
      // TypeScript finds undefined names, and it knows those of Node.
      "no-undef": "off",
    },
  },
);
