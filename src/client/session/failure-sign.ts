import type { CloseReason, SessionStatus } from "../api/status.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** The parts of a session that know whether the application listens. */
export interface SignParts {
  /** The router's URLs, without secrets. */
  readonly urls: readonly string[];
  readonly state: {
    readonly status: SessionStatus;
    readonly isHeard: boolean;
    readonly isEndAwaited: boolean;
  };
  readonly warnings: { readonly isHeard: boolean; emit(error: WampMuxError): void };
  /** Writes a line into the page's console. */
  readonly tell: (text: string) => void;
  /** Runs a task in a later task of the event loop. */
  readonly defer: (task: () => void) => void;
}

/**
 * Leaves a visible sign of a failure that nothing else shows: without it, a wrong address looks like calls that take forever. Awaiting
 * `ready` is no substitute for listening, because it waits as long as the attempts go on, but it hears of the end.
 */
export class FailureSign {
  readonly #parts: SignParts;
  readonly #begun: Promise<void>;
  #begin: () => void = () => undefined;
  #isShown = false;

  constructor(parts: SignParts) {
    this.#parts = parts;
    this.#begun = new Promise((resolve) => (this.#begin = resolve));
  }

  /** Notes that the application gets the session now; a failure of `connect()` itself needs no sign. */
  begin(): void {
    this.#begin();
  }

  /** Shows the first failed attempt. A listener for warnings gets it instead of the console. */
  attemptFailed(reason: WampMuxError): void {
    const { urls, state, warnings, tell } = this.#parts;
    this.#later(() => {
      if (this.#isShown || state.isHeard || state.status.state === "closed") return;
      this.#isShown = true;
      if (warnings.isHeard) warnings.emit(reason);
      else {
        tell(
          `wamp-mux: no session on ${urls.join(" or ")} yet: ${reason.message}. ` +
            'It is being retried, and requests wait; session.on("status", …) tells how it goes on.',
        );
      }
    });
  }

  /** Shows the end of the session, unless this page has ended it. */
  closed(reason: CloseReason): void {
    if (reason.kind === "left") return;
    const { urls, state, tell } = this.#parts;
    // A listener that comes later is too late; a promise is not.
    const { isHeard } = state;
    this.#later(() => {
      if (isHeard || state.isEndAwaited) return;
      tell(
        `wamp-mux: the session on ${urls.join(" or ")} is closed: ${reason.error.message}. ` +
          'session.closed and session.on("status", …) tell of the end; connect() opens another session.',
      );
    });
  }

  /** Gives the application time to listen: it does so when it gets the session. */
  #later(show: () => void): void {
    void this.#begun.then(() => this.#parts.defer(show));
  }
}
