import { promisifyRequest } from "idb-keyval";
import { unusableKey, unsupported } from "../../auth/obstacle.js";
import { text } from "../../client/errors/checks.js";
import { invalid } from "../../client/errors/invalid.js";
import type { Clock } from "../../web/clock.js";
import { openDatabase } from "../../web/database.js";
import { within } from "../../web/time-limit.js";
import type { KeyStore } from "../key-store.js";
import { withPublicErrors } from "../public-error.js";
import type { SigningKey } from "../signing-key.js";

/** Milliseconds for one operation, apart from those for opening the database. */
const TIME_LIMIT = 2_000;
const STORE = "keys";

/** Returns the keys in the database of this name. */
export function openKeyStore(database: string, clock: Clock): KeyStore {
  const store = openDatabase(database, clock, [(upgraded) => upgraded.createObjectStore(STORE)]).store(STORE);

  /** Runs an operation in a transaction. Rejects within a limited time if it does not succeed. */
  function run<T>(mode: IDBTransactionMode, operation: (keys: IDBObjectStore) => Promise<T>): Promise<T> {
    const limited = (keys: IDBObjectStore): Promise<T> =>
      within(clock, TIME_LIMIT, operation(keys), () =>
        Promise.reject(new Error(`IndexedDB did not answer within ${TIME_LIMIT} ms`)),
      );
    // Inside a promise, because the operation throws where IndexedDB is missing.
    return Promise.resolve()
      .then(() => store(mode, limited))
      .catch((cause: unknown) => {
        throw unsupported("indexedDB", `the browser does not store keys here: ${String(cause)}`, cause);
      });
  }

  const written = (change: (keys: IDBObjectStore) => void): Promise<void> =>
    withPublicErrors(() =>
      run("readwrite", (keys) => {
        change(keys);
        return promisifyRequest(keys.transaction);
      }),
    );

  return {
    async save(name, key) {
      text("keyStore.save(): name", name);
      const { privateKey, publicKey } = checked("keyStore.save(): key", key);
      await written((keys) => keys.put({ privateKey, publicKey }, name));
    },
    async load(name) {
      text("keyStore.load(): name", name);
      return withPublicErrors(async () => {
        const stored = await run("readonly", (keys) => promisifyRequest<unknown>(keys.get(name)));
        if (stored === undefined || isSigningKey(stored)) return stored;
        throw unusableKey("format", "the stored value of this name is not a key");
      });
    },
    async names() {
      const names = await withPublicErrors(() =>
        run("readonly", (keys) => promisifyRequest<IDBValidKey[]>(keys.getAllKeys())),
      );
      return names.filter((name) => typeof name === "string");
    },
    async delete(name) {
      text("keyStore.delete(): name", name);
      await written((keys) => keys.delete(name));
    },
  };
}

/** Checks the key that an application passes. */
function checked(where: string, key: unknown): SigningKey {
  if (!isSigningKey(key)) throw invalid(where, key, "a key of generateKeyPair() or importKey()");
  if (key.privateKey.extractable)
    throw invalid(`${where}.privateKey`, key.privateKey, "a key that is not extractable", "extractable");
  return key;
}

function isSigningKey(value: unknown): value is SigningKey {
  if (typeof value !== "object" || value === null) return false;
  const { privateKey, publicKey } = value as Partial<Record<keyof SigningKey, unknown>>;
  return (
    privateKey instanceof CryptoKey &&
    privateKey.type === "private" &&
    privateKey.algorithm.name === "Ed25519" &&
    typeof publicKey === "string" &&
    /^[\da-f]{64}$/.test(publicKey)
  );
}
