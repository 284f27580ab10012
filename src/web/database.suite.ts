import { get, promisifyRequest, set } from "idb-keyval";
import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.js";
import { openDatabase } from "./database.js";
import type { Upgrade } from "./database.js";

const upgrades: readonly Upgrade[] = [(database) => database.createObjectStore("resume")];

/** Needs IndexedDB. */
export function databaseSuite(): void {
  const uniqueName = (): string => `test-${crypto.randomUUID()}`;

  describe("database", () => {
    it("has a store for resume data", async () => {
      const store = openDatabase(uniqueName(), systemClock, upgrades).store("resume");
      await set("key", "value", store);
      expect(await get("key", store)).toBe("value");
    });

    it("keeps its values when a later version adds a store, and runs only the missing steps", async () => {
      const name = uniqueName();
      await set("key", "value", openDatabase(name, systemClock, upgrades).store("resume"));
      const later = openDatabase(name, systemClock, [
        ...upgrades,
        (database) => database.createObjectStore("outbox"),
      ]);
      await set("key", "message", later.store("outbox"));
      expect(await get("key", later.store("resume"))).toBe("value");
      expect(await get("key", later.store("outbox"))).toBe("message");
    });

    it("closes its connection for a context that deletes the database, and opens a new one afterwards", async () => {
      const name = uniqueName();
      const store = openDatabase(name, systemClock, upgrades).store("resume");
      await set("key", "value", store);
      await promisifyRequest(indexedDB.deleteDatabase(name));
      expect(await get("key", store)).toBeUndefined();
      await set("key", "another value", store);
      expect(await get("key", store)).toBe("another value");
    });

    it("rejects with the browser's error when a newer worker has upgraded the database", async () => {
      const name = uniqueName();
      const older = openDatabase(name, systemClock, upgrades).store("resume");
      await set("key", "value", older);
      const later = openDatabase(name, systemClock, [
        ...upgrades,
        (database) => database.createObjectStore("outbox"),
      ]);
      await set("key", "message", later.store("outbox"));
      await expect(get("key", older)).rejects.toMatchObject({ name: "VersionError" });
    });
  });
}
