import type { SigningKey } from "./signing-key.js";

/**
 * Keys by name, which outlive the page and the browser (IndexedDB). A stored key can be used by every script of the origin, and read by
 * none. Every method rejects with `UnsupportedError` (`missing`: `["indexedDB"]`) where the browser denies the storage or does not answer
 * within 4 s.
 */
export interface KeyStore {
  /**
   * Stores a key, instead of an earlier one of that name.
   * @throws `InvalidArgumentError` for a key that scripts could read
   */
  save(name: string, key: SigningKey): Promise<void>;
  /**
   * Returns the key of this name; undefined if there is none.
   * @throws `KeyError` if something else is stored under this name
   */
  load(name: string): Promise<SigningKey | undefined>;
  /** Returns the names of all keys, in their order. */
  names(): Promise<readonly string[]>;
  /** Deletes the key of this name, if there is one. */
  delete(name: string): Promise<void>;
}
