import type { WampMuxError } from "../errors/wamp-mux-error.js";

/**
 * The states of a subscription or registration of this tab.
 *
 * - `requested`: it has been requested from the hub, which has not answered
 * - `active`: the application has it, and receives its events or answers its calls
 * - `releasing`: the application has released it, and the hub has not confirmed the release
 * - `ended`: it has ended
 */
export type HandleState = "requested" | "active" | "releasing" | "ended";

/** The common part of subscriptions and registrations. */
export interface Handle {
  /** True in the state `active`. */
  readonly active: boolean;
  readonly ended: Promise<WampMuxError | undefined>;
  readonly established: () => void;
  readonly end: (error?: WampMuxError) => void;
  readonly release: () => Promise<void>;
}

/**
 * Creates a handle in the state `requested`. `askHub` asks the hub to release it.
 *
 * 1. `ended` is final.
 * 2. `active` is entered from `requested` only, and once.
 * 3. `releasing` is entered at most once; the hub is then asked once, and every call of `release()` returns the same promise.
 * 4. A release ends the handle even if the hub could not confirm it.
 * 5. The promise `ended` resolves when the state `ended` is entered: with an error if the application did not release it.
 */
export function createHandle(askHub: () => Promise<void>): Handle {
  let state: HandleState = "requested";
  let releasing: Promise<void> | undefined;
  let resolveEnded: (error?: WampMuxError) => void = () => undefined;
  const ended = new Promise<WampMuxError | undefined>((resolve) => {
    resolveEnded = resolve;
  });

  function end(error?: WampMuxError): void {
    state = "ended";
    resolveEnded(error);
  }

  async function release(): Promise<void> {
    if (state === "ended") return;
    state = "releasing";
    await askHub().finally(() => end());
  }

  return {
    get active() {
      return state === "active";
    },
    ended,
    established: () => {
      if (state === "requested") state = "active";
    },
    end,
    release: () => (releasing ??= release()),
  };
}
