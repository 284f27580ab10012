import { createStore, delMany, get, keys, set } from "idb-keyval";

const store = createStore("wamp-mux-demo", "notes");
const CANCELED = "";

/**
 * Texts for the entries of the outbox, by their keys, for all tabs and for the time after a restart: the outbox itself shows no arguments. They
 * are kept in IndexedDB as the entries are, since a browser that is killed forgets the last seconds of `localStorage`.
 */
export const notes = {
  add: (key: string, text: string): Promise<void> => set(key, text, store),

  find: async (key: string): Promise<string | undefined> => (await get<string>(key, store)) || undefined,

  /** Tells the other tabs that an entry that leaves the outbox was not sent. */
  cancel: (key: string): Promise<void> => set(key, CANCELED, store),

  isCanceled: async (key: string): Promise<boolean> => (await get<string>(key, store)) === CANCELED,

  /** Removes the texts of all other entries. */
  async keepOnly(kept: readonly string[]): Promise<void> {
    const known = await keys<string>(store);
    await delMany(
      known.filter((key) => !kept.includes(key)),
      store,
    );
  },
};
