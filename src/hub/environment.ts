import type { ConnectionEnvironment } from "../connection/environment.js";
import type { AlgorithmName } from "../contract/port.js";
import type { StorageStatus } from "../contract/status.js";
import type { Locks } from "../web/locks.js";
import type { NewEntry, StoredEntry } from "./stored-entry.js";

/** The hub's environment: the real one comes from the worker's entry, a fake one from a unit test. */
export interface Environment extends ConnectionEnvironment {
  /** Returns a random id that is never returned twice. */
  readonly randomId: () => string;
  /** Runs `task` in a later task of the event loop, as soon as possible, in order. */
  readonly defer: (task: () => void) => void;
  /** Returns the function that begins the pauses of one pace: a few milliseconds, long enough to collect the rest of a burst and too short to be noticed. */
  readonly pauses: () => () => Pause;
  readonly algorithms: AlgorithmFiles;
  readonly locks: Locks;
  readonly store: ResumeStore;
  readonly outbox: OutboxStore;
  readonly channel: HubChannel;
  /** URL of the worker's script. Only the workers of one URL share their sessions. */
  readonly workerUrl: string;
  /** True if the worker was loaded by `https:`, so that its pages may not use a router in clear text. */
  readonly isSecure: boolean;
}

/**
 * Reaches the other hubs of the origin, which have the same stored data: those of other builds, whose workers are at other URLs, and that of a
 * service worker.
 */
export interface HubChannel {
  post(news: HubNews): void;
  /** Calls `heard` with what the other hubs post from now on, and in place of an earlier function. Any script of the origin can post. */
  listen(heard: (news: unknown) => void): void;
}

/** News of the stored data of a session, from one hub to the others. */
export interface HubNews {
  /** The key of the session. */
  readonly owner: string;
  /** An outbox that has stored an entry. */
  readonly outboxId?: string;
  /** Says that the tabs have logged out, and what becomes of the outbox. */
  readonly logout?: "keep" | "wipe";
}

/** The files of the algorithms that browsers do not have. */
export interface AlgorithmFiles {
  /** Tells where the file of an algorithm is; the latest place counts. */
  locate(name: AlgorithmName, url: string): void;
}

/** A short time that has begun. */
export interface Pause {
  readonly isOver: boolean;
  /** Runs `task` when the pause is over; only the first call counts. */
  atEnd(task: () => void): void;
}

/** Something that keeps its data in IndexedDB, or in memory if that fails. */
export interface WatchedStorage {
  readonly status: StorageStatus;
  /** Calls `changed` whenever the kind of the status changes, in place of an earlier function. */
  watch(changed: () => void): void;
}

/** Describes what a logout removes. */
export interface Removal {
  /** Resolves when everything is stored that was being stored. */
  readonly after: Promise<unknown>;
  /** Tells whether an entry is one of those to be removed; asked at each attempt. */
  readonly isMeant: (entry: Pick<StoredEntry, "outboxId" | "createdAt">) => boolean;
  /** Called when they are removed. */
  readonly removed: () => void;
}

/**
 * Stores the entries of the outboxes, in the order in which they were appended. Every method settles within a few seconds; it rejects if
 * nothing of what it was to do has been done.
 */
export interface OutboxStore extends WatchedStorage {
  /** Resolves with the position of the entry once it would survive a power failure. An append that has rejected leaves nothing behind. */
  append(entry: NewEntry): Promise<number>;
  /** Returns the entries of one owner, and of no other, in their order; they are whatever was stored. */
  list(owner: string): Promise<readonly unknown[]>;
  /** Replaces some entries and removes those at other positions, all or nothing. */
  write(changed: readonly StoredEntry[], removed: readonly number[]): Promise<void>;
  /**
   * Removes entries of an owner. Resolves after the first attempt; if that fails, there are others until one succeeds, and until then the
   * entries of this owner cannot be listed.
   */
  clear(owner: string, removal: Removal): Promise<void>;
}

/** Stores the data needed to resume a session, but never a secret. No method rejects; `status` reports failures. */
export interface ResumeStore extends WatchedStorage {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  /**
   * Removes a key with its value.
   * @param isOwn decides on the value in the same transaction, so that one that another worker writes stays
   * @default the value is removed, whatever it is
   */
  remove(key: string, isOwn?: (value: unknown) => boolean): Promise<void>;
}
