import type { ErrorRecordOf } from "../contract/errors.js";
import type { MatchPolicy, OptionedRequest } from "../contract/request-options.js";
import { printable } from "../contract/printable.js";
import { nextSuspicion } from "./suspicion.js";
import type { Suspicion, SuspicionEvent } from "./suspicion.js";

/**
 * Names a request across sessions: its kind, URI and match policy. Its arguments and other options are not part of the name, because they
 * may differ each time that an application repeats it.
 */
export type SuspectKey = string & { readonly __brand: "SuspectKey" };

export const suspectKey = (kind: OptionedRequest, uri: string, match: MatchPolicy = "exact"): SuspectKey =>
  `${kind} ${match} ${uri}` as SuspectKey;

/** Milliseconds for which a request is first set aside; each further term is twice as long. */
export const FIRST_TERM = 60_000;
/** Milliseconds of a term at most. */
export const LONGEST_TERM = 3_600_000;
/** Maximum number of suspects; beyond it the oldest suspicion is forgotten. */
export const MOST_SUSPECTS = 1_000;

interface Suspect {
  readonly suspicion: Suspicion;
  /** Number of terms so far. */
  readonly terms: number;
  /** Clock time at which the term ends. */
  readonly until: number;
}

const INNOCENT: Suspect = { suspicion: "none", terms: 0, until: 0 };

/** The requests that routers may drop sessions over. They outlive each connection, but not the worker. */
export type Suspects = ReturnType<typeof createSuspects>;

export function createSuspects() {
  const suspects = new Map<SuspectKey, Suspect>();

  const of = (key: SuspectKey, now: number): Suspect => {
    const suspect = suspects.get(key) ?? INNOCENT;
    if (suspect.suspicion !== "set-aside" || now < suspect.until) return suspect;
    return { ...suspect, suspicion: nextSuspicion(suspect.suspicion, "expired") };
  };

  const take = (key: SuspectKey, event: SuspicionEvent, now: number): void => {
    const suspect = of(key, now);
    const suspicion = nextSuspicion(suspect.suspicion, event);
    suspects.delete(key);
    if (suspicion === "none") return;
    const isCaught = event === "caught" && suspicion === "set-aside";
    const until = now + Math.min(LONGEST_TERM, FIRST_TERM * 2 ** suspect.terms);
    suspects.set(key, isCaught ? { suspicion, terms: suspect.terms + 1, until } : { ...suspect, suspicion });
    if (suspects.size <= MOST_SUSPECTS) return;
    for (const oldest of suspects.keys()) return void suspects.delete(oldest);
  };

  return {
    /** Number of requests that are suspected, accused or set aside. */
    get size(): number {
      return suspects.size;
    },

    suspicion: (key: SuspectKey, now: number): Suspicion => of(key, now).suspicion,

    survived(key: SuspectKey, now: number): void {
      if (suspects.has(key)) take(key, "survived", now);
    },

    /** Takes note of an unclean end with requests in flight, none of which is known to be the reason. */
    cut(keys: Iterable<SuspectKey>, now: number): void {
      for (const key of new Set(keys)) take(key, "cut", now);
    },

    /** Takes note of an unclean end whose reason is known, which also explains those before; returns the error for its owner. */
    caught(key: SuspectKey, now: number): ErrorRecordOf<"SetAsideError"> {
      take(key, "caught", now);
      for (const other of [...suspects.keys()]) take(other, "survived", now);
      return setAside(key, of(key, now).until - now);
    },

    /** Returns the reason why a request must not be sent. */
    refusal(key: SuspectKey, now: number): ErrorRecordOf<"SetAsideError"> | undefined {
      const { suspicion, until } = of(key, now);
      return suspicion === "set-aside" ? setAside(key, until - now) : undefined;
    },
  };
}

function setAside(key: SuspectKey, term: number): ErrorRecordOf<"SetAsideError"> {
  const [kind = "", , uri = ""] = key.split(" ");
  return {
    name: "SetAsideError",
    message: printable(
      `The router has dropped the connection over each ${kind} of ${uri}, at least three times in a row, and not ` +
        `without it: it is not sent for another ${Math.ceil(term / 1_000)} s`,
    ),
    fields: { uri, retryAfter: term },
  };
}
