import type { Locks } from "../../web/locks.js";

/** What the client needs of the page that it runs in. A unit test gives fakes. */
export interface Page {
  /** Where the page is; worker URLs are relative to it. */
  readonly url: string;
  readonly locks: Locks;
  /** Starts the worker, or joins the one that runs; the bundled one without a URL. May throw `WorkerStartError`. */
  readonly startWorker: (url: string | undefined) => StartedWorker;
  /** A random id, unique for ever. */
  readonly randomId: () => string;
  /** From 0 to less than 1. */
  readonly random: () => number;
  readonly timer: Timer;
  /** Runs `task` in a later task of the event loop, as soon as possible, in order. */
  readonly defer: (task: () => void) => void;
  /** Tells of an error that belongs to nobody who waits, as of one that nobody caught. */
  readonly report: (error: unknown) => void;
}

export interface Timer {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Returns what takes the timer back. */
  after(milliseconds: number, task: () => void): () => void;
}

export interface StartedWorker {
  readonly url: string;
  readonly port: MessagePort;
  /** Rejects with `WorkerStartError` if the worker cannot start; otherwise stays pending. */
  readonly failed: Promise<never>;
  /** Stops looking for failures. To be kept until then: what browsers do when a SharedWorker object is garbage is not the same everywhere. */
  readonly release: () => void;
}
