import { promisifyRequest } from "idb-keyval";
import { describe, expect, it } from "vitest";
import { newEntry } from "../testing/outbox-entries.js";
import { systemClock } from "../web/clock.js";
import { openDatabase } from "../web/database.js";
import { createOutboxStore } from "./outbox-store.js";
import { createResumeStore, resumeValues, upgrades } from "./resume-store.js";

/** Opens the database as version 0.1 made it. */
async function openFirstVersion(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => void request.result.createObjectStore("resume");
  return await promisifyRequest(request);
}

async function write(database: IDBDatabase, key: string, value: unknown): Promise<void> {
  const transaction = database.transaction("resume", "readwrite");
  transaction.objectStore("resume").put(value, key);
  await promisifyRequest(transaction);
}

/** The worker's database in the hands of other versions, in a browser. */
export function migrationSuite(): void {
  const uniqueName = (): string => `test-${crypto.randomUUID()}`;
  const storesOf = (name: string) => {
    const database = openDatabase(name, systemClock, upgrades);
    return {
      resume: createResumeStore(resumeValues(database), systemClock),
      outbox: createOutboxStore(database, systemClock),
    };
  };

  describe("the worker's database", () => {
    it("@G15 keeps the record that version 0.1 wrote, and has an outbox besides", async () => {
      const name = uniqueName();
      const first = await openFirstVersion(name);
      const record = {
        version: 1,
        realm: "realm1",
        authid: null,
        session: 7,
        resumeToken: null,
        url: "ws://x/",
      };
      await write(first, "resume:key", record);
      first.close();

      const { resume, outbox } = storesOf(name);

      expect(await resume.read("resume:key")).toEqual(record);
      await outbox.append(newEntry());
      expect(await outbox.list("joe")).toHaveLength(1);
      expect([resume.status, outbox.status]).toEqual([{ kind: "indexeddb" }, { kind: "indexeddb" }]);
    });

    it("@G15 @G16 works from memory, and says so, while another context keeps it from being upgraded", async () => {
      const name = uniqueName();
      // Without a listener for `versionchange`, it stays open.
      const first = await openFirstVersion(name);
      const { resume, outbox } = storesOf(name);

      await resume.write("key", "value");
      await expect(outbox.append(newEntry())).rejects.toThrow("did not");

      expect(await resume.read("key")).toBe("value");
      const memory = { kind: "memory", reason: expect.stringContaining("did not") as string };
      expect([resume.status, outbox.status]).toEqual([memory, memory]);
      first.close();
      expect(await outbox.append(newEntry())).toBeGreaterThan(0);
      await resume.write("key", "another value");
      expect([resume.status, outbox.status]).toEqual([{ kind: "indexeddb" }, { kind: "indexeddb" }]);
      // The append that was refused left nothing behind.
      expect(await outbox.list("joe")).toHaveLength(1);
    });

    it("@G15 @G16 works from memory, and says so, once a newer version has upgraded it", async () => {
      const name = uniqueName();
      const { resume, outbox } = storesOf(name);
      await resume.write("key", "value");
      const newer = indexedDB.open(name, upgrades.length + 1);
      (await promisifyRequest(newer)).close();

      await resume.write("key", "another value");
      await expect(outbox.append(newEntry())).rejects.toMatchObject({ name: "VersionError" });

      expect(await resume.read("key")).toBe("another value");
      const memory = { kind: "memory", reason: expect.stringContaining("VersionError") as string };
      expect([resume.status, outbox.status]).toEqual([memory, memory]);
    });
  });
}
