import { promisifyRequest } from "idb-keyval";
import type { UseStore } from "idb-keyval";
import type { Clock } from "./clock.js";
import { createHanging } from "./hanging.js";
import { within } from "./time-limit.js";

/** Upgrades the database from one version to the next. */
export type Upgrade = (database: IDBDatabase) => void;

/** An IndexedDB database, opened at its first use. */
export interface Database {
  /**
   * Returns an object store in the form that idb-keyval expects: a function that passes the store to a callback within a transaction.
   * Its operations may reject, or never settle.
   */
  store(name: string): UseStore;
}

/** Milliseconds after which an attempt to open the database is given up: in some browsers it never settles. */
const OPEN_TIMEOUT = 2_000;

/**
 * Opens a database without idb-keyval's own store, which keeps using a connection that `versionchange` asks it to close, supports only
 * one version, and writes with the browser's default durability, which may lose the last write in a power failure.
 * @param steps step n leads to version n + 1; steps are appended, never changed
 */
export function openDatabase(name: string, clock: Clock, steps: readonly Upgrade[]): Database {
  let opened: Promise<IDBDatabase> | undefined;
  const hanging = createHanging(clock);

  const forget = (): void => {
    opened = undefined;
  };
  const open = (): Promise<IDBDatabase> => {
    if (opened !== undefined) return opened;
    const late = new Error(`The database did not open within ${OPEN_TIMEOUT} ms`);
    if (hanging.isEnough) return Promise.reject(late);
    const request = indexedDB.open(name, steps.length);
    request.onupgradeneeded = ({ oldVersion }) => {
      for (const upgrade of steps.slice(oldVersion)) upgrade(request.result);
    };
    const opening = promisifyRequest(request).then((connection) => {
      // The browser closed it, because storage was cleared or the disk failed.
      connection.onclose = forget;
      // Another context is upgrading or deleting the database and waits for this connection to close.
      connection.onversionchange = () => {
        forget();
        connection.close();
      };
      return connection;
    });
    // The next operation tries again, and a connection that comes later is closed.
    opened = within(clock, OPEN_TIMEOUT, opening, () => {
      hanging.add(opening.then((connection) => connection.close()));
      return Promise.reject(late);
    });
    opened.catch(forget);
    return opened;
  };

  return {
    store: (store) => async (mode, callback) => {
      const transaction = (connection: IDBDatabase): IDBObjectStore =>
        connection.transaction(store, mode, { durability: "strict" }).objectStore(store);
      const connection = await open();
      try {
        return await callback(transaction(connection));
      } catch (error) {
        // The connection was closed before the transaction began; a new one may work.
        if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
        forget();
        return callback(transaction(await open()));
      }
    },
  };
}
