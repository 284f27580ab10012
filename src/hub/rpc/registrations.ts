import { invalidArgument } from "../../connection/error-records.js";
import { isRefused } from "../../connection/gate/refusal.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { isFinal } from "../../contract/final-reasons.js";
import type { RegistrationHandle } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import { connectionLost, wampErrorFromHub, wampErrorOf } from "../error-records.js";
import { activate, endLocal } from "../local-entry.js";
import { giveBack, retryLater, startDeadline } from "../restoring.js";
import type { WireContext } from "../restoring.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { enqueue } from "../tab/send-queue.js";
import type { Tab } from "../tab/tab.js";
import { TabTable } from "../tab-table.js";
import { WireTable, wireKey } from "../wire-table.js";
import { ALREADY_EXISTS, pickLocal, refusalToJoin } from "./registration-policy.js";
import { lasts, newWireRegistration, registerOptions } from "./wire-registration.js";
import type { LocalRegistration, WireRegistration } from "./wire-registration.js";
import { awaitsAnswer, isCurrent, transition } from "./wire-registration-state.js";
import type { WireRegistrationEvent } from "./wire-registration-state.js";

type RegisterRequest = Extract<AnsweredRequest, { kind: "register" }>;

const nothing = (): void => undefined;

/** The registrations of all tabs of a session (WAMP, "Shared Registration"). */
export function createRegistrations(context: WireContext, random: () => number) {
  const { restores } = context;
  /** The entries that ask for a procedure which another entry has. */
  const challengers = new Set<WireRegistration>();
  const wires = new WireTable<WireRegistrationId, WireRegistration>();
  const allLocals = new TabTable<RegistrationHandle, LocalRegistration>();
  let lastPlace = 0;
  /** The requests whose turn in their tab's queue has not come. */
  const waiting = new TabTable<RegistrationHandle, PendingRequest>();

  const knows = (id: WireRegistrationId): boolean => wires.find(id) !== undefined;

  /** Joins the existing wire registration, or registers a new one, once the turn of the request in its tab's queue has come. */
  const registerInTurn = (tab: Tab, request: RegisterRequest, pending: PendingRequest): void => {
    const {
      match = "exact",
      invoke = "single",
      concurrency = Infinity,
      force_reregister: force = false,
      ...options
    } = request.options;
    const { procedure, registration } = request;
    endWait(tab, registration, pending);
    // At its turn and not before: an earlier request of the same tab may use the handle by then.
    if (allLocals.get(tab, registration) !== undefined) {
      return pending.reject(
        invalidArgument("The registration handle", registration, "one that is not in use"),
      );
    }
    const replayed = request.replayed === true;
    const known = wires.get(wireKey(procedure, match));
    // A replay displaces no other tab.
    const challenges = force && known !== undefined && !replayed;
    const refusal = known && !challenges && refusalToJoin(known, invoke);
    if (refusal) return pending.reject(refusal);
    const joined = challenges ? undefined : known;
    if (joined?.state.name === "overdue") Object.assign(joined, { options, force });
    const wire = joined ?? newWireRegistration({ procedure, match, invoke, options, force });
    if (challenges) challengers.add(wire);
    else if (joined === undefined) wires.add(wire);
    const local = {
      tab,
      handle: registration,
      wire,
      pending,
      replayed,
      concurrency,
      running: 0,
      active: false,
    };
    wire.locals.push(local);
    allLocals.set(tab, registration, local);
    pending.sent = true;
    pending.onGivenUp = () => void remove(local);
    const first = challenges ? "challenged" : replayed ? "restore due" : "requested";
    apply(wire, { name: joined === undefined ? first : "local joined" });
  };

  const endWait = (tab: Tab, handle: RegistrationHandle, pending: PendingRequest): undefined => {
    if (waiting.get(tab, handle) === pending) waiting.remove(tab, handle);
  };

  const displace = (wire: WireRegistration | undefined): void => {
    const reason = "displaced by a registration with force_reregister";
    const error = wampErrorFromHub("wamp.error.unregistered", reason);
    if (wire !== undefined) apply(wire, { name: "displaced", error });
  };

  /** Makes an entry that the router has registered the current one for its procedure. */
  const adopt = (wire: WireRegistration): void => {
    displace(wires.get(wire.key));
    wires.add(wire);
    if (wire.id !== undefined) wires.identify(wire, wire.id);
  };

  /** Removes a local registration. Calls `removed` when UNREGISTER is answered, or at once if none is sent. */
  const remove = (local: LocalRegistration, removed = nothing): void => {
    const { wire } = local;
    if (allLocals.get(local.tab, local.handle) === local) detach(local);
    if (wire.locals.length === 0) apply(wire, { name: "last local left" }, removed);
    else removed();
  };

  /** Makes a transition and performs its effects. Calls `done` when UNREGISTER is answered, or at once if none is sent. */
  const apply = (wire: WireRegistration, event: WireRegistrationEvent, done = nothing): void => {
    const { state, effects } = transition(wire.state, event);
    if (state.name !== wire.state.name && !awaitsAnswer(state)) wire.stopTimer();
    wire.state = state;
    if (!isCurrent(state) && wires.isCurrent(wire)) wires.remove(wire);
    if (isCurrent(state) || state.name === "ended") challengers.delete(wire);
    for (const effect of effects) {
      switch (effect) {
        case "register":
          sendRegister(wire);
          break;
        case "queue":
          restores.restore(() => apply(wire, { name: "turn came" }));
          break;
        case "displace":
          adopt(wire);
          break;
        case "retry later":
          if ("error" in event) wire.stopTimer = retry(wire, event.error);
          break;
        case "activate locals":
          wire.locals.forEach(activate);
          break;
        case "restore lasting": {
          const name = state.name === "overdue" ? "local joined" : "restore due";
          apply(wire, { name: wire.locals.length === 0 ? "last local left" : name });
          restores.pump();
          break;
        }
        case "end locals":
        case "reject waiting":
          if ("error" in event) endLocals(wire, event.error, effect === "reject waiting");
          break;
        case "unregister":
          return sendUnregister(wire, done);
      }
    }
    done();
  };

  const retry = (wire: WireRegistration, error: ErrorRecord): (() => void) => {
    const { locals, procedure, state } = wire;
    return retryLater(context, locals, `registration of ${procedure}`, error, state.attempt, () =>
      apply(wire, { name: "restore due" }),
    );
  };

  /** Sends REGISTER, whose loss with the session is told to all entries. */
  const sendRegister = (wire: WireRegistration): void => {
    const session = context.session();
    if (session === undefined) return;
    const refused = (error: ErrorRecord, uri?: string): void => {
      const name = uri === ALREADY_EXISTS ? "already exists" : isFinal(error) ? "refused" : "refused for now";
      apply(wire, { name, error });
    };
    wire.place = lastPlace += 1;
    wire.stopTimer();
    wire.stopTimer = startDeadline(context, session, wire.state.name === "restoring", (error) =>
      apply(wire, { name: "deadline passed", error }),
    );
    const request = session.request(
      { type: "REGISTER", procedure: wire.procedure, options: registerOptions(wire) },
      {
        answered: (answer) => {
          if (answer.type === "REGISTERED") registered(wire, answer.registration);
          else if (answer.type === "ERROR") refused(wampErrorOf(answer), answer.error);
        },
        lost: nothing,
      },
    );
    if (isRefused(request)) refused(request.refused);
  };

  const registered = (wire: WireRegistration, id: WireRegistrationId): void => {
    if (wires.isCurrent(wire)) wires.identify(wire, id);
    else wire.id = id;
    // The router has taken it from this entry already, for one that asked later.
    if (wire.place < (wires.get(wire.key)?.place ?? 0)) displace(wire);
    apply(wire, { name: "registered" });
  };

  /** Ends a registration that is not in the table, unless the current entry of its procedure has, or may get, the same id. */
  const sendUnregister = ({ key, id, invoke, place }: WireRegistration, done: () => void): void => {
    const current = wires.get(key);
    // A session gets the same id again for a shared policy only (Nexus, Crossbar.io).
    const mayShareId = invoke !== "single" && current?.invoke === invoke && current.place > place;
    const isReplaced = id === undefined || knows(id) || mayShareId;
    if (isReplaced) return done();
    giveBack(context, { type: "UNREGISTER", registration: id }, done);
  };

  const endLocals = (wire: WireRegistration, error: ErrorRecord, onlyWaiting: boolean): void => {
    for (const local of [...wire.locals]) {
      if (onlyWaiting && lasts(local)) continue;
      detach(local);
      endLocal(local, { kind: "registration-ended", registration: local.handle, error });
    }
  };

  const detach = (local: LocalRegistration): void => {
    const { locals } = local.wire;
    allLocals.remove(local.tab, local.handle);
    locals.splice(locals.indexOf(local), 1);
  };

  return {
    register(tab: Tab, request: RegisterRequest, pending: PendingRequest): void {
      const { registration } = request;
      if (waiting.get(tab, registration) === undefined) {
        waiting.set(tab, registration, pending);
        pending.onGivenUp = () => endWait(tab, registration, pending);
      }
      enqueue(tab.queue, request, pending, () => registerInTurn(tab, request, pending));
    },

    unregister(tab: Tab, handle: RegistrationHandle, pending: PendingRequest): void {
      const local = allLocals.get(tab, handle);
      (local?.pending ?? waiting.get(tab, handle))?.cancel("skip", 0);
      // The request never waits in the tab's queue.
      pending.sent = true;
      const done = (): void => pending.resolve({ kind: "done", request: pending.request });
      if (local === undefined) done();
      else remove(local, done);
    },

    /** Releases the registrations of a tab that has left or vanished. */
    release(tab: Tab): void {
      for (const local of allLocals.values(tab)) remove(local);
    },

    /** Returns the number of registrations of a tab. */
    count: (tab: Tab): number => allLocals.count(tab),

    /** Returns the local registration that the policy picks among those that can take an invocation now. */
    pick(id: WireRegistrationId): LocalRegistration | undefined {
      const wire = wires.find(id);
      return wire && pickLocal(wire, random);
    },

    knows,

    /** Ends a registration that the router has ended (WAMP, "Registration Revocation"). */
    revoked(id: WireRegistrationId, error: ErrorRecord): void {
      const wire = wires.find(id);
      if (wire !== undefined) apply(wire, { name: "revoked", error });
    },

    /** Queues the registrations of the previous session to be made again, before any other request is sent. */
    restore(): void {
      for (const wire of wires.entries()) apply(wire, { name: "restore due" });
    },

    sessionLost(cause: ErrorRecord): void {
      wires.forgetIds();
      const error = connectionLost(true, cause);
      for (const wire of [...wires.entries(), ...challengers]) {
        apply(wire, { name: "session lost", error });
        if (wire.locals.length === 0) apply(wire, { name: "last local left" });
      }
    },

    inspect: (): SessionInspection["wireRegistrations"] =>
      wires.entries().map(({ procedure, match, locals }) => ({ procedure, match, locals: locals.length })),
  };
}

export type Registrations = ReturnType<typeof createRegistrations>;
