import { authenticationWith } from "../auth/auth-methods.js";
import { bundledAlgorithms } from "../auth/bundled-algorithms.js";
import { createCodecs } from "../codec/codecs.js";
import { serializers } from "../codec/serializers.js";
import type { Environment } from "../hub/environment.js";
import { FakeClock } from "./fake-clock.js";
import { MemoryLocks } from "../memory/memory-locks.js";
import { FakeSocketFactory } from "./fake-sockets.js";
import { MemoryOutboxStore } from "../memory/memory-outbox-store.js";
import { MemoryStore } from "../memory/memory-store.js";
import { manualPause } from "../memory/manual-pause.js";

export interface FakeEnvironment {
  /** The environment of the hub. */
  readonly env: Environment;
  readonly clock: FakeClock;
  readonly sockets: FakeSocketFactory;
  readonly locks: MemoryLocks;
  readonly store: MemoryStore;
  readonly outbox: MemoryOutboxStore;
  /** Calls of `log`. */
  readonly logged: { readonly message: string; readonly cause: unknown }[];
  /** The next results of `random`; after them, every result is 0.5. */
  readonly randoms: number[];
  /** Runs the currently deferred tasks, but not those that they defer. Returns their number. */
  readonly tick: () => number;
  /** Runs microtasks and deferred tasks until none is left. Time stands still. */
  readonly settle: () => Promise<void>;
  /** Advances the time, and settles before, between and after the timers that fire. */
  readonly advance: (milliseconds: number) => Promise<void>;
}

/** Number of microtask turns; exceeds the length of any promise chain in the hub. */
const MICROTASK_TURNS = 100;
/** Limit on rounds of deferred tasks, so that tasks that defer each other forever fail instead of hanging. */
const MAX_ROUNDS = 10_000;

export function createFakeEnvironment(): FakeEnvironment {
  const codecs = createCodecs(serializers);
  const clock = new FakeClock();
  const locks = new MemoryLocks();
  const store = new MemoryStore();
  const outbox = new MemoryOutboxStore();
  const sockets = new FakeSocketFactory(codecs);
  const logged: { message: string; cause: unknown }[] = [];
  const randoms: number[] = [];
  let deferred: (() => void)[] = [];
  let ids = 0;

  const env: Environment = {
    clock,
    wallTime: () => clock.now(),
    random: () => randoms.shift() ?? 0.5,
    randomId: () => `id-${String(++ids)}`,
    defer: (task) => {
      deferred.push(task);
    },
    pauses: () => () => manualPause((task) => deferred.push(task)),
    locks,
    sockets,
    store,
    outbox,
    channel: { post: () => undefined, listen: () => undefined },
    codecs,
    authentication: authenticationWith(bundledAlgorithms),
    algorithms: { locate: () => undefined },
    log: (message, cause) => {
      logged.push({ message, cause });
    },
    agent: "wamp-mux-test",
    workerUrl: "http://app.example/worker.js",
    isSecure: false,
  };

  const tick = (): number => {
    const tasks = deferred;
    deferred = [];
    for (const task of tasks) task();
    return tasks.length;
  };
  const settle = async (): Promise<void> => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      for (let turn = 0; turn < MICROTASK_TURNS; turn += 1) await Promise.resolve();
      if (tick() === 0) return;
    }
    throw new Error("deferred tasks without end");
  };
  const advance = async (milliseconds: number): Promise<void> => {
    const end = clock.now() + milliseconds;
    await settle();
    for (let due = clock.nextDue; due !== undefined && due <= end; due = clock.nextDue) {
      clock.advance(Math.max(0, due - clock.now()));
      await settle();
    }
    clock.advance(Math.max(0, end - clock.now()));
    await settle();
  };

  return { env, clock, sockets, locks, store, outbox, logged, randoms, tick, settle, advance };
}
