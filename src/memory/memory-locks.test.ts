import { expect, it } from "vitest";
import { locksSuite } from "../web/locks.suite.js";
import { MemoryLocks } from "./memory-locks.js";

locksSuite(
  "MemoryLocks",
  () => new MemoryLocks(),
  (lock, locks) => locks.takeBack(lock),
);

it("a watcher whose wait is refused is told why, unless it has stopped", async () => {
  const locks = new MemoryLocks();
  locks.take("a");
  const told: unknown[] = [];
  locks.watch("a", (refusal) => told.push(refusal));
  locks.watch("a", (refusal) => told.push(refusal))();
  locks.refuse("a");
  await Promise.resolve();
  expect(told).toMatchObject([{ name: "AbortError" }]);
});
