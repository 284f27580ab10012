import { describe, expect, it } from "vitest";
import type { OutboxStore, Removal } from "./environment.js";
import type { NewEntry } from "./stored-entry.js";
import { newEntry } from "../testing/outbox-entries.js";

const removal = (): Removal => ({
  after: Promise.resolve(),
  isMeant: () => true,
  removed: () => undefined,
});

/**
 * The contract of {@link OutboxStore}: runs on each store.
 * @param open opens the store whose entries `key` names: the same key, the same entries
 */
export function outboxStoreSuite(name: string, open: (key: string) => OutboxStore): void {
  const keysOf = async (store: OutboxStore, owner = "joe"): Promise<string[]> =>
    (await store.list(owner)).map((entry) => (entry as NewEntry).key);

  describe(`outbox store ${name}`, () => {
    it("@G16 gives the entries back in the order in which they were appended, also after it is opened again", async () => {
      const store = open("order");
      const positions = await Promise.all(["c", "a", "b"].map((key) => store.append(newEntry({ key }))));
      expect(positions).toEqual(positions.toSorted((one, other) => one - other));
      expect(await keysOf(open("order"))).toEqual(["c", "a", "b"]);
      const [first] = await store.list("joe");
      expect(first).toEqual({ ...newEntry({ key: "c" }), position: positions[0] });
    });

    it("@G15 @G16 never shows the entries of one owner to another", async () => {
      const store = open("owners");
      await store.append(newEntry({ key: "a", owner: "joe" }));
      await store.append(newEntry({ key: "b", owner: "sue" }));
      expect([await keysOf(store, "joe"), await keysOf(store, "sue"), await keysOf(store, "jo")]).toEqual([
        ["a"],
        ["b"],
        [],
      ]);
      await store.clear("joe", removal());
      expect([await keysOf(store, "joe"), await keysOf(store, "sue")]).toEqual([[], ["b"]]);
    });

    it("@G16 removes what a logout means, after what is being stored, and nothing else", async () => {
      const store = open("removal");
      await Promise.all(["a", "b"].map((key) => store.append(newEntry({ key, outboxId: key }))));
      let isStored = (): void => undefined;
      const after = new Promise<void>((resolve) => (isStored = resolve));
      let isRemoved = false;
      const isMeant = ({ outboxId }: { readonly outboxId: string }): boolean => outboxId !== "b";
      const removing = store.clear("joe", { after, isMeant, removed: () => (isRemoved = true) });
      await store.append(newEntry({ key: "late" }));
      isStored();
      expect(await keysOf(store)).toEqual(["b"]);
      await removing;
      expect(isRemoved).toBe(true);
    });

    it("@G16 replaces and removes entries, and keeps the place of what is replaced", async () => {
      const store = open("write");
      const [a = 0, b = 0] = await Promise.all(["a", "b", "c"].map((key) => store.append(newEntry({ key }))));
      await store.write([{ ...newEntry({ key: "A" }), position: a }], [b]);
      expect(await keysOf(open("write"))).toEqual(["A", "c"]);
      expect(store.status).toEqual({ kind: "indexeddb" });
    });
  });
}
