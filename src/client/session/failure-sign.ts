import type { CloseReason } from "../api/status.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** A part of the application that may listen. */
export interface Audience {
  readonly hearsStatus: boolean;
  readonly hearsWarnings: boolean;
  /** True if it has taken a promise that tells of the session's end. */
  readonly awaitsEnd: boolean;
  warn(error: WampMuxError): void;
}

export interface SignParts {
  /** The router's URLs, without secrets. */
  readonly urls: readonly string[];
  readonly audiences: Iterable<Audience>;
  /** Writes a line into the page's console. */
  readonly tell: (text: string) => void;
  /** Runs a task in a later task of the event loop. */
  readonly defer: (task: () => void) => void;
}

/**
 * Leaves a visible sign of a failure that nothing else shows: without it, a wrong address looks like calls that take forever. Awaiting
 * `ready` is no substitute for listening, because it waits as long as the attempts go on, but it hears of the end.
 */
export interface FailureSign {
  /** Notes that the application gets the session now; a failure of `connect()` itself needs no sign. */
  begin(): void;
  /** Shows the first failed attempt. A listener for warnings gets it instead of the console. */
  attemptFailed(reason: WampMuxError): void;
  /** Shows the end of the session, unless this page has ended it. */
  closed(reason: CloseReason): void;
}

export function createFailureSign({ urls, audiences, tell, defer }: SignParts): FailureSign {
  const session = `session on ${urls.join(" or ")}`;
  let isShown = false;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  /** Gives the application time to listen: it does so when it gets the session. */
  const later = (show: () => void): void => void begun.then(() => defer(show));

  return {
    begin,
    attemptFailed: (reason) =>
      later(() => {
        const present = [...audiences];
        if (isShown || present.length === 0 || present.some((each) => each.hearsStatus)) return;
        isShown = true;
        const warned = present.filter((each) => each.hearsWarnings);
        for (const each of warned) each.warn(reason);
        if (warned.length > 0) return;
        tell(
          `wamp-mux: no ${session} yet: ${reason.message}. ` +
            'It is being retried, and requests wait; session.on("status", ...) tells how it goes on.',
        );
      }),
    closed: (reason) => {
      if (reason.kind !== "closed") return;
      const present = [...audiences];
      // A listener that comes later is too late; a promise is not.
      const isHeard = present.some((each) => each.hearsStatus);
      later(() => {
        if (isHeard || present.some((each) => each.awaitsEnd)) return;
        tell(
          `wamp-mux: the ${session} is closed: ${reason.error.message}. ` +
            'session.closed and session.on("status", ...) tell of the end; connect() opens another session.',
        );
      });
    },
  };
}
