import { anonymous } from "../auth/anonymous.js";
import { ticket } from "../auth/ticket.js";
import type { Codecs } from "../codec/codecs.js";
import { jsonSerializer } from "../codec/json.js";
import { msgpackSerializer } from "../codec/msgpack.js";
import type { Serializer } from "../codec/serializer.js";
import type { SerializerName } from "../protocol/payload.js";
import type { Environment } from "../hub/environment.js";
import { FakeClock } from "./fake-clock.js";
import { FakeLocks } from "./fake-locks.js";
import { FakeSocketFactory } from "./fake-sockets.js";
import { MemoryStore } from "./memory-store.js";

export interface FakeEnvironment {
  /** What the hub is given. */
  readonly env: Environment;
  readonly clock: FakeClock;
  readonly sockets: FakeSocketFactory;
  readonly locks: FakeLocks;
  readonly store: MemoryStore;
  /** What went to `log`. */
  readonly logged: { readonly message: string; readonly cause: unknown }[];
  /** The next answers of `random`; when they are used up it is 0.5. */
  readonly randoms: number[];
  /** Runs the deferred tasks that wait now, not those that they defer. Returns how many. */
  readonly tick: () => number;
  /** Runs microtasks and deferred tasks until nothing is left to run. Time stands still. */
  readonly settle: () => Promise<void>;
  /** Lets time pass: settles before, between and after the timers that fire. */
  readonly advance: (milliseconds: number) => Promise<void>;
}

/** More turns than any chain of promises in the hub is long. */
const MICROTASK_TURNS = 100;
/** Deferred tasks that defer each other without end are a defect, not a reason to hang. */
const MAX_ROUNDS = 10_000;

/** Serializers that count as loaded. */
const serializers: Readonly<Record<SerializerName, Serializer>> = {
  json: jsonSerializer,
  msgpack: msgpackSerializer,
};

export function createFakeEnvironment(): FakeEnvironment {
  const codecs: Codecs = { load: () => Promise.resolve(), get: (name) => serializers[name] };
  const clock = new FakeClock();
  const locks = new FakeLocks();
  const store = new MemoryStore();
  const sockets = new FakeSocketFactory(codecs);
  const logged: { message: string; cause: unknown }[] = [];
  const randoms: number[] = [];
  let deferred: (() => void)[] = [];
  let ids = 0;

  const env: Environment = {
    clock,
    random: () => randoms.shift() ?? 0.5,
    randomId: () => `id-${String(++ids)}`,
    defer: (task) => {
      deferred.push(task);
    },
    pause: (task) => {
      deferred.push(task);
    },
    locks,
    sockets,
    store,
    codecs,
    authMethods: { anonymous, ticket },
    log: (message, cause) => {
      logged.push({ message, cause });
    },
    agent: "wamp-mux-test",
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

  return { env, clock, sockets, locks, store, logged, randoms, tick, settle, advance };
}
