import type { PassthruMessage } from "../api/passthru.js";
import type { CipherName, KeyMaterial } from "./key-material.js";

/** The peer of a message, as far as the router discloses it. The router is not authenticated by it: it may say anything. */
export interface Peer {
  /** WAMP session id. */
  readonly session?: number;
  /** Authid. */
  readonly authid?: string;
  /** Authrole. */
  readonly authrole?: string;
}

/** The message that a key is needed for. */
export interface KeyUse extends Pick<PassthruMessage, "content" | "uri" | "pattern"> {
  /** The direction of the message, seen from this tab. */
  readonly direction: "send" | "receive";
  /** The peer: of a result or an error that is sent, the caller; of a call or a publication that is sent, unknown. */
  readonly peer: Peer;
  /** The cipher. */
  readonly cipher: CipherName;
  /** The id that the request names (`pptKeyid`) if it is sent, or the one that came with the message. */
  readonly keyId?: string;
}

/** A key to encrypt with. */
export interface ChosenKey {
  /** The id by which the peer knows the key; it is sent in clear. */
  readonly id: string;
  /** The key. */
  readonly key: KeyMaterial;
}

/**
 * The keys of an application. It is asked in this tab, whenever a payload is encrypted or decrypted, and may ask a server; the tab's later
 * messages in that direction wait for it. So it must not ask through the session itself, whose answers would wait too.
 */
export interface KeyProvider {
  /** Returns the key to encrypt with; undefined if there is none, and then nothing is sent. */
  toEncrypt(use: KeyUse): ChosenKey | undefined | Promise<ChosenKey | undefined>;
  /** Returns the key with the id `use.keyId`, or the only one if the peer named none; undefined if it is not known. */
  toDecrypt(use: KeyUse): KeyMaterial | undefined | Promise<KeyMaterial | undefined>;
}

/** A {@link KeyProvider} over keys that the page has, by their ids. */
export interface KeyRing extends KeyProvider {
  /** Adds a key, or replaces it. */
  add(id: string, key: KeyMaterial): void;
  /** Removes a key: what was encrypted with it can no longer be read. */
  remove(id: string): void;
}

/**
 * Creates a provider over keys that the page has. To rotate a key, add the next one everywhere, let `select` return it, and remove the
 * former one when nothing that was encrypted with it is on its way any more.
 *
 * @param keys the keys by id
 * @param select returns the id of the key to encrypt with
 * @example
 * let current = "2026-11";
 * const keys = keyRing({ "2026-11": key }, () => current);
 * keys.add("2026-12", key);
 * current = "2026-12";
 */
export function keyRing(
  keys: Readonly<Record<string, KeyMaterial>>,
  select: (use: KeyUse) => string | undefined,
): KeyRing {
  const byId = new Map(Object.entries(keys));
  return {
    add: (id, key) => void byId.set(id, key),
    remove: (id) => void byId.delete(id),
    toEncrypt: (use) => {
      const id = use.keyId ?? select(use);
      const key = id === undefined ? undefined : byId.get(id);
      return id === undefined || key === undefined ? undefined : { id, key };
    },
    toDecrypt: ({ keyId }) => {
      if (keyId !== undefined) return byId.get(keyId);
      const [only, ...others] = byId.values();
      return others.length === 0 ? only : undefined;
    },
  };
}
