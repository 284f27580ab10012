import type { ConnectionEnvironment } from "../connection/environment.js";
import type { StorageStatus } from "../contract/status.js";
import type { Locks } from "../web/locks.js";

/** Everything that the hub needs of the world: the real things from the entry of a worker, fakes from a unit test. */
export interface Environment extends ConnectionEnvironment {
  /** Returns a random id that is never given twice. */
  readonly randomId: () => string;
  /** Runs `task` in a later task of the event loop, as soon as possible, in order. */
  readonly defer: (task: () => void) => void;
  /** Runs `task` after a pause of a few milliseconds, long enough for the rest of a burst and too short to be noticed. */
  readonly pause: (task: () => void) => void;
  readonly locks: Pick<Locks, "watch">;
  readonly store: ResumeStore;
}

/** Keeps the data with which a session comes back, never a secret. No method rejects: `status` tells of a failure. */
export interface ResumeStore {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  readonly status: StorageStatus;
}
