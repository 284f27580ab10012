// The lines that the README shows are those of the consumers.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "@playwright/test";
import { root } from "../tools.mjs";

for (const [file, line] of /** @type {const} */ ([
  ["vite-7/vite.config.js", 'optimizeDeps: { exclude: ["wamp-mux"] }'],
  ["nuxt-4/nuxt.config.ts", 'vite: { optimizeDeps: { exclude: ["wamp-mux"] } }'],
  ["jest-30/jest.config.cjs", 'transformIgnorePatterns: ["/node_modules/(?!wamp-mux/)"]'],
  ["jest-30/double.test.js", 'jest.mock("wamp-mux", () => jest.requireActual("wamp-mux/testing"))'],
  ["jest-30/double.test.mjs", 'jest.unstable_mockModule("wamp-mux", () => import("wamp-mux/testing"))'],
  ["vitest-4/double.test.js", 'vi.mock("wamp-mux", () => import("wamp-mux/testing"))'],
])) {
  test(`the README shows the line of ${file}`, () => {
    for (const place of ["README.md", join("consumers", file)]) {
      assert.ok(readFileSync(join(root, place), "utf8").includes(line), `${place} lacks ${line}`);
    }
  });
}
