import { outboxStoreSuite } from "../hub/outbox-store.suite.js";
import { resumeStoreSuite } from "../hub/resume-store.suite.js";
import { keyStoreSuite } from "../keys/store/key-store.suite.js";
import { systemClock } from "../web/clock.js";
import { clockSuite } from "../web/clock.suite.js";
import { webLocks } from "../web/locks.js";
import { locksSuite } from "../web/locks.suite.js";
import { openDatabase } from "../web/database.js";
import { databaseSuite } from "../web/database.suite.js";
import { migrationSuite } from "../worker/migration.suite.js";
import { createOutboxStore } from "../worker/outbox-store.js";
import { createResumeStore, resumeValues, upgrades } from "../worker/resume-store.js";

/** Registers the contract suites of everything that is the browser's; they run in a page and in a worker. */
export function browserSuites(): void {
  clockSuite("of the browser", () => ({
    clock: systemClock,
    pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  }));
  locksSuite(
    "of the browser",
    () => webLocks(navigator.locks),
    (lock) => navigator.locks.request(lock, { steal: true }, () => undefined),
  );
  databaseSuite();
  keyStoreSuite();
  const run = crypto.randomUUID();
  const open = (key: string) => openDatabase(`${run}-${key}`, systemClock, upgrades);
  resumeStoreSuite("IndexedDB", (key) => createResumeStore(resumeValues(open(key)), systemClock));
  outboxStoreSuite("IndexedDB", (key) => createOutboxStore(open(`outbox-${key}`), systemClock));
  migrationSuite();
}
