import type { Socket, SocketEvents } from "../connection/environment.js";
import type { Environment } from "../hub/environment.js";
import type { TabPeer } from "../hub/tab/tab.js";
import { manualPause } from "../memory/manual-pause.js";
import type { FakeTab } from "./fake-tab.js";

/** The environment of one worker, and its end. */
export interface MortalEnvironment {
  readonly env: Environment;
  /** Returns a tab as this worker reaches it. */
  readonly reach: (tab: FakeTab) => TabPeer;
  /**
   * Kills the worker in the middle of whatever it does. Its sockets break, and nothing that it still computes has an effect; the stores may
   * complete an operation that has begun.
   */
  readonly kill: () => void;
}

const nothing = (): void => undefined;

/** Never settles, like an operation of a worker that is dead. */
const never = <T>(): Promise<T> => new Promise<T>(nothing);

/** Creates the environment of one worker out of parts that outlive it. */
export function createMortalEnvironment(parts: Environment): MortalEnvironment {
  let isDead = false;
  /** Ends the timers and watches, and breaks the sockets. */
  const ends = new Set<() => void>();

  /** Lets a function have no effect after the death. */
  const alive =
    <Args extends readonly unknown[]>(task: (...args: Args) => void) =>
    (...args: Args): void => {
      if (!isDead) task(...args);
    };

  /** Returns an operation that is not begun after the death, and of which the dead worker learns no result. */
  const mortal =
    <Args extends readonly unknown[], T>(operation: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      isDead
        ? never<T>()
        : new Promise((resolve, reject) => void operation(...args).then(alive(resolve), alive(reject)));

  const until = (end: () => void): (() => void) => {
    ends.add(end);
    return () => {
      ends.delete(end);
      end();
    };
  };

  const defer = (task: () => void): void => parts.defer(alive(task));

  const open = (url: string, subprotocols: readonly string[], events: SocketEvents): Socket => {
    if (isDead) return { bufferedAmount: 0, send: nothing, close: nothing };
    const socket = parts.sockets.open(url, subprotocols, {
      opened: alive((subprotocol) => events.opened(subprotocol)),
      received: alive((frame) => events.received(frame)),
      closed: alive((code, reason) => events.closed(code, reason)),
    });
    ends.add(() => socket.close(1006));
    return socket;
  };

  const { clock, locks, store, outbox } = parts;
  const env: Environment = {
    ...parts,
    clock: {
      now: () => clock.now(),
      after: (milliseconds, task) => {
        if (isDead) return nothing;
        const stop = until(
          clock.after(milliseconds, () => {
            ends.delete(stop);
            task();
          }),
        );
        return stop;
      },
    },
    defer,
    pauses: () => () => manualPause(defer),
    locks: {
      hold: mortal(async (name, lost) => {
        const release = await locks.hold(name, lost);
        if (isDead) release();
        return until(release);
      }),
      watch: (name, gone) => until(locks.watch(name, alive(gone))),
    },
    sockets: { open },
    store: {
      read: mortal((key) => store.read(key)),
      write: mortal((key, value) => store.write(key, value)),
      remove: mortal((key, isOwn) => store.remove(key, isOwn)),
      watch: (changed) => store.watch(alive(changed)),
      get status() {
        return store.status;
      },
    },
    outbox: {
      append: mortal((entry) => outbox.append(entry)),
      list: mortal((owner) => outbox.list(owner)),
      write: mortal((changed, removed) => outbox.write(changed, removed)),
      clear: mortal((owner, removal) => outbox.clear(owner, removal)),
      watch: (changed) => outbox.watch(alive(changed)),
      get status() {
        return outbox.status;
      },
    },
  };

  return {
    env,
    reach: (tab) => ({
      deliver: mortal((batch, owned) => tab.deliver(batch, owned)),
      ask: mortal((question, id) => tab.ask(question, id)),
      dismiss: alive((id) => void tab.dismiss(id)),
      isFatal: mortal((reason) => tab.isFatal(reason)),
    }),
    kill: () => {
      isDead = true;
      for (const end of ends) end();
      ends.clear();
    },
  };
}
