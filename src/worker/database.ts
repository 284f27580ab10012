import { get, promisifyRequest, set } from "idb-keyval";
import type { UseStore } from "idb-keyval";

/** Values by keys that survive the browser. Every method may reject, or never settle. */
export interface KeyValues {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

const STORE = "resume";

/**
 * A database of our own: idb-keyval's keeps using a connection that `versionchange` asks it to give up, and writes with the
 * browser's default durability, which may lose what was written last when the machine stops.
 */
export function indexedDbKeyValues(database: string): KeyValues {
  let opened: Promise<IDBDatabase> | undefined;

  const forget = (): void => {
    opened = undefined;
  };
  const open = (): Promise<IDBDatabase> => {
    if (opened !== undefined) return opened;
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE);
    };
    opened = promisifyRequest(request).then((connection) => {
      // The browser closed it: storage cleared, or a fault of the disk.
      connection.onclose = forget;
      // Another context wants to upgrade or delete the database and waits for us.
      connection.onversionchange = () => {
        forget();
        connection.close();
      };
      return connection;
    });
    opened.catch(forget);
    return opened;
  };

  const useStore: UseStore = async (mode, callback) => {
    const transaction = (connection: IDBDatabase): IDBObjectStore =>
      connection.transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
    const connection = await open();
    try {
      return await callback(transaction(connection));
    } catch (error) {
      // The connection was closed under our hands; a new one may work.
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
      forget();
      return callback(transaction(await open()));
    }
  };

  return {
    get: (key) => get<unknown>(key, useStore),
    set: (key, value) => set(key, value, useStore),
  };
}
