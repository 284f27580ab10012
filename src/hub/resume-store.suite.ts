import { describe, expect, it } from "vitest";
import type { ResumeStore } from "./environment.js";

/**
 * The contract of {@link ResumeStore}: runs on each store.
 * @param open opens the store whose values `key` names: the same key, the same values
 */
export function resumeStoreSuite(name: string, open: (key: string) => ResumeStore): void {
  describe(`resume store ${name}`, () => {
    it("gives a value back as it was written, and undefined for a key that was never written", async () => {
      const store = open("values");
      const value = { realm: "realm1", session: 2 ** 53, token: null, list: ["a", { deep: true }] };
      await store.write("key", value);
      expect(await store.read("key")).toEqual(value);
      expect(await store.read("another key")).toBeUndefined();
    });

    it("keeps the latest of the values written to one key, whatever the order in which writes end", async () => {
      const store = open("latest");
      await Promise.all(["first", "second", "third"].map((value) => store.write("key", value)));
      expect(await store.read("key")).toBe("third");
    });

    it("keeps keys apart", async () => {
      const store = open("keys");
      await Promise.all([store.write('["a","b"]', 1), store.write('["a"]', 2), store.write("", 3)]);
      expect(await Promise.all(['["a","b"]', '["a"]', ""].map((key) => store.read(key)))).toEqual([1, 2, 3]);
    });

    it("finds in a store that is opened again the values that were written before", async () => {
      await open("reopened").write("key", "value");
      expect(await open("reopened").read("key")).toBe("value");
    });

    it("has no trace of a value that was removed, also after it is opened again", async () => {
      const store = open("removed");
      await store.write("key", "value");
      void store.write("key", "later");
      await store.remove("key");
      expect([await store.read("key"), await open("removed").read("key")]).toEqual([undefined, undefined]);
    });

    it("removes a value of its own, not that of another one", async () => {
      const store = open("own");
      await store.write("own", "mine");
      await store.write("another's", "theirs");
      for (const key of ["own", "another's"]) await store.remove(key, (value) => value === "mine");
      expect([await store.read("own"), await store.read("another's")]).toEqual([undefined, "theirs"]);
    });

    it("@G15 keeps what another worker writes while it removes its own", async () => {
      const [store, other] = [open("both"), open("both")];
      await Promise.all([store.write("key", "mine"), other.read("key")]);
      await Promise.all([store.remove("key", (value) => value === "mine"), other.write("key", "theirs")]);
      expect(await other.read("key")).toBe("theirs");
      expect(await open("both").read("key")).toBe("theirs");
    });

    it("tells where it keeps its values", async () => {
      const store = open("status");
      await store.write("key", 1);
      expect(store.status).toEqual({ kind: "indexeddb" });
    });
  });
}
