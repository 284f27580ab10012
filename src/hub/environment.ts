import type { ConnectionEnvironment } from "../connection/environment.js";
import type { StorageStatus } from "../contract/status.js";
import type { Locks } from "../web/locks.js";

/** Everything that the hub needs of the world. The worker's entry gives the real things, a unit test fakes. */
export interface Environment extends ConnectionEnvironment {
  /** Returns a random id, unique for ever. */
  readonly randomId: () => string;
  /** Runs `task` in a later task of the event loop, as soon as possible, in order. */
  readonly defer: (task: () => void) => void;
  /** Runs `task` after a pause of a few milliseconds, long enough for the rest of a burst and too short to be noticed. */
  readonly pause: (task: () => void) => void;
  readonly locks: Pick<Locks, "watch">;
  readonly store: ResumeStore;
  /** Takes faults that no tab can be told of. */
  readonly log: (message: string, cause?: unknown) => void;
}

/** Keeps what a session needs to come back, never a secret. No method rejects: a failure is told by `status`. */
export interface ResumeStore {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  readonly status: StorageStatus;
}
