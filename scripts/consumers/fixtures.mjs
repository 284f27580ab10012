import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "@playwright/test";
import { install, pack } from "./install.mjs";

/**
 * @typedef {object} WorkerFixtures
 * @property {(name: string) => string} consumer installs a consumer of `consumers/` with the packed package, once, outside
 * of the repository; returns its folder
 *
 * @typedef {import("@playwright/test").PlaywrightTestArgs & import("@playwright/test").PlaywrightTestOptions} TestArgs
 * @typedef {import("@playwright/test").PlaywrightWorkerArgs & import("@playwright/test").PlaywrightWorkerOptions} WorkerArgs
 */

/** @type {import("@playwright/test").Fixtures<{}, WorkerFixtures, TestArgs, WorkerArgs>} */
const fixtures = {
  consumer: [
    async ({}, use) => {
      const workshop = mkdtempSync(join(tmpdir(), "wamp-mux-consumers-"));
      try {
        const tarball = pack(workshop);
        /** @type {Map<string, string>} */
        const installed = new Map();
        await use((name) => {
          const folder = installed.get(name) ?? install(name, workshop, tarball);
          installed.set(name, folder);
          return folder;
        });
      } finally {
        rmSync(workshop, { recursive: true, force: true });
      }
    },
    { scope: "worker" },
  ],
};

export const test = base.extend(fixtures);
