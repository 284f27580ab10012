import type { Tab } from "./tab.js";

/** Reads everything that the origin has in IndexedDB, as text. */
export function everythingStored(tab: Tab): Promise<string> {
  return tab.page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
      });
    const found: unknown[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        found.push(name, store, await done(objects.getAllKeys()), await done(objects.getAll()));
      }
      database.close();
    }
    return JSON.stringify(found);
  });
}

/** Reads until the text is stored: the record is written some time after WELCOME, without an event. */
export async function storedWith(tab: Tab, part: string): Promise<string> {
  for (;;) {
    const text = await everythingStored(tab);
    if (text.includes(part)) return text;
  }
}
