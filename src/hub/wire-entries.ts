import type { SuspectKey } from "../connection/suspects.js";
import { isRefused } from "../connection/gate/refusal.js";
import type { JudgedRequest, ReleaseRequest, WireSession } from "../connection/wire-session.js";
import type { ErrorRecord } from "../contract/errors.js";
import { isFinal } from "../contract/final-reasons.js";
import type { Answer } from "../protocol/messages.js";
import type { WireRequestId } from "../protocol/ids.js";
import { ALREADY_EXISTS, connectionLost, wampErrorOf } from "./error-records.js";
import { endLocal } from "./local-entry.js";
import type { EndNotice, LocalEntry } from "./local-entry.js";
import { giveBack, retryLater, startDeadline } from "./restoring.js";
import type { WireContext } from "./restoring.js";
import type { PendingRequest } from "./tab/pending-request.js";
import type { Tab } from "./tab/tab.js";
import { TabTable } from "./tab-table.js";
import { transition } from "./wire-state.js";
import type { WireEffect, WireEvent, WireState } from "./wire-state.js";
import type { WireEntry, WireTable } from "./wire-table.js";

const nothing = (): void => undefined;

/** Maximum number of repetitions of a request that restores an entry and is refused because the procedure already exists. */
const RESTORE_ATTEMPTS = 8;

/** An entry with its life: the part that wire subscriptions and wire registrations have in common. */
export interface LivingEntry<Id, Local> extends WireEntry<Id> {
  readonly locals: Iterable<Local>;
  state: WireState;
  /** Number of attempts in a row to restore it that have failed. */
  failures: number;
  /** Stops the delay before the next attempt to restore it. */
  stopTimer: () => void;
}

/** The first life of a new entry. */
export const newLife = (): Pick<LivingEntry<never, never>, "id" | "state" | "failures" | "stopTimer"> => ({
  id: undefined,
  state: "idle",
  failures: 0,
  stopTimer: nothing,
});

/** Differences between wire subscriptions and wire registrations. */
export interface WireKind<Id, Handle, Local, Entry> {
  /** Returns the words for the entry in a warning. */
  readonly subject: (wire: Entry) => string;
  readonly suspectKey: (wire: Entry) => SuspectKey;
  /**
   * Sends the request that creates or restores the entry.
   * @param local the local entry for which it is created
   */
  readonly send: (wire: Entry, session: WireSession, local?: Local) => void;
  /** Returns the request that gives the entry back. */
  readonly releaseOf: (id: Id) => ReleaseRequest;
  /** Tells whether the router may have given a newer entry of the same key the same id. */
  readonly mayShareId: (newer: Entry, wire: Entry) => boolean;
  /** Tells whether the entry may end, because it has no local entries and waits for nothing. */
  readonly isUnwanted: (wire: Entry) => boolean;
  /** Takes a local entry from its entry. */
  readonly detached: (local: Local) => void;
  /** Takes note of an event other than success. */
  readonly failed: (wire: Entry, event: WireEvent) => void;
  readonly endNotice: (handle: Handle, error: ErrorRecord) => EndNotice;
}

export interface Handlers {
  /** Called with the answer, before an ERROR is dealt with. */
  readonly answered: (answer: Answer) => void;
  readonly overtaken?: () => void;
  readonly lost?: (error: ErrorRecord) => void;
}

/** The entries of one kind, the local ones of all tabs, and the execution of the transitions in wire-state.ts. */
export function createWireEntries<
  Id extends number,
  Handle extends number,
  Local extends LocalEntry & { readonly handle: Handle; readonly wire: Entry },
  Entry extends LivingEntry<Id, Local>,
>(context: WireContext, table: WireTable<Id, Entry>, kind: WireKind<Id, Handle, Local, Entry>) {
  const locals = new TabTable<Handle, Local>();
  const { restores } = context;

  /** Makes the transition, and removes an entry that has ended from the table. */
  const step = (wire: Entry, event: WireEvent): WireEffect => {
    const { state, effect } = transition(wire.state, event);
    if (state === "ended" && table.isCurrent(wire)) table.remove(wire);
    if (state !== "retrying") wire.stopTimer();
    wire.state = state;
    if (state === "established" || state === "idle") wire.failures = 0;
    return effect;
  };

  /** Removes a local entry without changing its wire entry. */
  const detach = (local: Local): void => {
    locals.remove(local.tab, local.handle);
    local.removed = true;
    kind.detached(local);
  };

  /** Removes a local entry, and ends its wire entry with the last one. Calls `done` when the router has answered, or at once. */
  const remove = (local: Local, done = nothing): void => {
    if (local.removed) return done();
    detach(local);
    end(local.wire, done);
  };

  /** Ends an entry that no tab wants. */
  const end = (wire: Entry, done = nothing): void => {
    if (kind.isUnwanted(wire) && step(wire, "last-left") === "release") release(wire, done);
    else done();
  };

  const release = (wire: Entry, done = nothing): void => {
    const newer = table.get(wire.key);
    const isShared = newer !== undefined && kind.mayShareId(newer, wire);
    if (wire.id === undefined || isShared) done();
    else giveBack(context, kind.releaseOf(wire.id), done);
  };

  const fail = (wire: Entry, event: WireEvent, error: ErrorRecord): void => {
    const effect = step(wire, event);
    kind.failed(wire, event);
    if (effect === "retry-later") {
      wire.stopTimer = retryLater(context, wire.locals, kind.subject(wire), error, wire.failures++, () =>
        restore(wire),
      );
    } else if (effect !== "none") {
      for (const local of [...wire.locals]) {
        if (isSpared(local, effect)) continue;
        detach(local);
        endLocal(local, kind.endNotice(local.handle, error));
      }
    }
    end(wire);
    if (effect !== "restore-lasting") return;
    restore(wire);
    restores.pump();
  };

  const refused = (wire: Entry, error: ErrorRecord): void => {
    // An old session may have the procedure still.
    const mayPass =
      wire.state === "restoring" &&
      wire.failures < RESTORE_ATTEMPTS &&
      error.name === "WampError" &&
      error.fields.uri === ALREADY_EXISTS;
    fail(wire, isFinal(error) && !mayPass ? "refused" : "refused-for-now", error);
  };

  /** Queues the request that restores an entry, if a local entry waits for that. */
  const restore = (wire: Entry): void => {
    if (![...wire.locals].some(({ pending }) => pending.sent) || step(wire, "restored") !== "send") return;
    restores.restore((session) => {
      // Its last local entry may have left since.
      if (wire.state === "restoring") kind.send(wire, session);
    }, kind.suspectKey(wire));
  };

  return {
    locals,
    detach,
    remove,
    end,
    fail,

    /** Asks for a local entry whose turn in its tab's queue has come. Returns the effect; the request has been sent then. */
    ask: (local: Local, session: WireSession): WireEffect => {
      const { wire, pending, replayed } = local;
      pending.markSent();
      const effect = step(wire, replayed && wire.state === "idle" ? "restored" : "asked");
      if (effect === "send") kind.send(wire, session, local);
      return effect;
    },

    /** Sends a request of an entry; returns its id, and the way to stop its deadline, unless it was refused at once. */
    request(
      wire: Entry,
      session: WireSession,
      message: JudgedRequest,
      { answered, overtaken = nothing, lost = nothing }: Handlers,
    ): { readonly id: WireRequestId; readonly stopDeadline: () => void } | undefined {
      const isRestore = wire.state === "restoring";
      const stopDeadline = startDeadline(context, session, isRestore, wire.locals, (error) =>
        fail(wire, "timed-out", error),
      );
      const id = session.request(message, {
        answered: (answer) => {
          stopDeadline();
          answered(answer);
          if (answer.type === "ERROR") refused(wire, wampErrorOf(answer));
        },
        overtaken,
        lost: (error) => {
          stopDeadline();
          lost(error);
        },
      });
      if (!isRefused(id)) return { id, stopDeadline };
      stopDeadline();
      refused(wire, id.refused);
      return undefined;
    },

    /** Records the id from SUBSCRIBED or REGISTERED. Returns false if that was too late, and is undone. */
    answered(wire: Entry, id: Id): boolean {
      if (table.isCurrent(wire)) table.identify(wire, id);
      else wire.id = id;
      if (step(wire, "answered") !== "release") return true;
      release(wire);
      return false;
    },

    /** Removes the local entry of a handle for the application, whether it is active or waits. */
    leave: (tab: Tab, handle: Handle, pending: PendingRequest): void => {
      const local = locals.get(tab, handle);
      local?.pending.cancel("skip", 0);
      // The request never waits in the tab's queue.
      pending.markSent();
      const done = (): void => pending.resolve({ kind: "done", request: pending.request });
      if (local === undefined) done();
      else remove(local, done);
    },

    /** Ends an entry that the router has ended. */
    revoked: (id: Id, error: ErrorRecord): void => {
      const wire = table.find(id);
      if (wire !== undefined) fail(wire, "revoked", error);
    },

    /** Queues the entries of the previous session to be restored. */
    restore: (): void => table.entries().forEach(restore),

    /** Rejects the local entries that wait for an answer; the active ones stay, to be restored. */
    sessionLost: (cause: ErrorRecord): void => {
      table.forgetIds();
      for (const wire of table.entries()) fail(wire, "session-lost", connectionLost(true, cause));
    },
  };
}

/** Tells whether a failure leaves a local entry alone. */
function isSpared({ active, replayed, pending }: LocalEntry, effect: WireEffect): boolean {
  if (effect === "end-all") return false;
  return !pending.sent || (effect !== "reject-all-waiting" && (active || replayed));
}
