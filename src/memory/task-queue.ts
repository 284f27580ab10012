/** Number of microtasks that exceeds the length of any chain of promises in the package or in an application's own function. */
const QUIET = 100;
/** Number of tasks after which the event loop has a turn, so that tasks that lead to each other for ever do not stop its timers. */
const TURN = 1_000;

// Read when the module is loaded: fake timers, which a test installs later, must not hold the tasks up.
const { setTimeout } = globalThis;

/**
 * A queue of tasks that run in order, each when everything that the one before has led to is over. Like the tasks of an event loop, but
 * without timers or channels: whatever a test causes has happened before its next timer fires, and nothing is left open at its end.
 */
export class TaskQueue {
  readonly #tasks: (() => void)[] = [];
  readonly #report: (error: unknown) => void;
  /** Settles when no task is left; undefined while there is none. */
  #running: Promise<void> | undefined;
  #ran = 0;

  /** @param report receives the errors that tasks throw */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Runs a task later. */
  readonly add = (task: () => void): void => {
    this.#tasks.push(task);
    this.#running ??= this.#run();
  };

  /** Resolves when there are no more tasks, and no promise that adds one. */
  async idle(): Promise<void> {
    await quiet();
    while (this.#running !== undefined) {
      await this.#running;
      await quiet();
    }
  }

  async #run(): Promise<void> {
    while (this.#tasks.length > 0) {
      await ((this.#ran += 1) % TURN === 0 ? turn() : quiet());
      try {
        this.#tasks.shift()?.();
      } catch (error) {
        this.#report(error);
      }
    }
    this.#running = undefined;
  }
}

async function quiet(): Promise<void> {
  for (let count = 0; count < QUIET; count += 1) await Promise.resolve();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
