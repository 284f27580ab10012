import type { OutboxState } from "../../contract/outbox.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { CallResult } from "./call-result.js";

/** A durable request in the outbox, as it was when it was read. */
export interface OutboxEntry {
  /** The random key of the entry, which its receivers see as the keyword argument `_key`. */
  readonly key: string;
  /** The method with which it was made. */
  readonly kind: "publish" | "call";
  /** The topic or the procedure. */
  readonly uri: string;
  /**
   * `waiting`: it is sent as soon as there is a session of its user; `sent`: it waits for its answer; `done`: the call was answered, see
   * `result`; `failed`: see `error`. A publication that the router has acknowledged is in the outbox no longer.
   */
  readonly state: OutboxState;
  /** The time at which it was made, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** The time at which it fails unless it is settled before, in milliseconds since the epoch; undefined if there is none. */
  readonly expiresAt: number | undefined;
  /** Number of times that the present worker has sent it. */
  readonly attempts: number;
  /** The reason why it failed, or why the latest attempt did. */
  readonly error: WampMuxError | undefined;
  /** The result of a call; undefined if it is encrypted (`passthru`), because only the tab that made the call can read it. */
  readonly result: CallResult | undefined;
}

/** The durable requests of a session, of all its tabs and of those that were closed. */
export interface Outbox {
  /**
   * Returns the entries in the order in which they were made.
   *
   * @throws {@link StorageError} if they cannot be read
   * @example
   * for (const { uri, state } of await session.outbox.list()) console.log(uri, state);
   */
  list(): Promise<readonly OutboxEntry[]>;
  /**
   * Iterates over the content of the outbox: as it is, and after each change; a reader that is slow gets the latest one only. The iteration
   * ends with the loop, or when the session is left.
   *
   * @example
   * for await (const entries of session.outbox.watch()) show(entries.length);
   */
  watch(): AsyncIterable<readonly OutboxEntry[]>;
  /**
   * Cancels an entry that is not settled, also one that was sent: its outcome at the router is then unknown. The promise of the tab that
   * made it rejects with {@link CanceledError}, unless it has resolved because the entry is stored.
   *
   * @param key the key of the entry
   * @returns false if there is no such entry
   */
  cancel(key: string): Promise<boolean>;
  /**
   * Sends a failed entry again, with the age limit of a new one.
   *
   * @param key the key of the entry
   * @returns false if there is no such entry
   */
  retry(key: string): Promise<boolean>;
  /**
   * Removes an entry that is done or failed.
   *
   * @param key the key of the entry
   * @returns false if there is no such entry
   */
  dismiss(key: string): Promise<boolean>;
}
