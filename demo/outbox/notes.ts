const prefix = "wamp-mux-demo:outbox:";
const CANCELED = "";

/**
 * Texts for the entries of the outbox, by their keys, for all tabs and for the time after a restart: the outbox itself shows no arguments.
 */
export const notes = {
  add(key: string, text: string): void {
    localStorage.setItem(prefix + key, text);
  },

  find: (key: string): string | undefined => localStorage.getItem(prefix + key) || undefined,

  /** Tells the other tabs that an entry that leaves the outbox was not sent. */
  cancel(key: string): void {
    localStorage.setItem(prefix + key, CANCELED);
  },

  isCanceled: (key: string): boolean => localStorage.getItem(prefix + key) === CANCELED,

  /** Removes the texts of all other entries. */
  keepOnly(keys: readonly string[]): void {
    const kept = new Set(keys.map((key) => prefix + key));
    for (const name of Object.keys(localStorage))
      if (name.startsWith(prefix) && !kept.has(name)) localStorage.removeItem(name);
  },
};
