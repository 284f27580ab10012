import { invalidArgument } from "../../connection/error-records.js";
import { requestSize } from "../../connection/gate/message-size.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { RegistrationHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import type { Clock } from "../../web/clock.js";
import { concerning, connectionLost, wampErrorFromHub } from "../error-records.js";
import { giveBack } from "../give-back.js";
import { restoreDelay } from "../restoring.js";
import type { RestoreQueue } from "../restoring.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import { TabTable } from "../tab-table.js";
import { WireTable, wireKey } from "../wire-table.js";
import { exchangeRegister } from "./register-exchange.js";
import { pickLocal, refusalToJoin } from "./registration-policy.js";
import { lasts, newWireRegistration } from "./wire-registration.js";
import type { LocalRegistration, WireRegistration } from "./wire-registration.js";
import { awaitsAnswer, isCurrent, transition } from "./wire-registration-state.js";
import type { WireRegistrationEvent } from "./wire-registration-state.js";

type RegisterRequest = Extract<AnsweredRequest, { kind: "register" }>;

const nothing = (): void => undefined;

/** The registrations of all tabs of a session (WAMP, "Shared Registration"). */
export function createRegistrations(
  env: { readonly clock: Clock; readonly random: () => number },
  requestTimeout: number,
  openSession: () => WireSession | undefined,
  restores: RestoreQueue,
) {
  const clock: Clock = env.clock;
  const random: () => number = env.random;
  /** The entries that ask for a procedure which another entry has. */
  const challengers = new Set<WireRegistration>();
  const wires = new WireTable<WireRegistrationId, WireRegistration>();
  const localsByTab = new TabTable<RegistrationHandle, LocalRegistration>();
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
    if (localsByTab.get(tab, registration) !== undefined) {
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
    localsByTab.set(tab, registration, local);
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
    if (localsByTab.get(local.tab, local.handle) === local) detach(local);
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
          if ("error" in event) retryLater(wire, event.error);
          break;
        case "activate locals":
          wire.locals.forEach(activate);
          break;
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

  /** Restores the registration after a delay, and tells the tabs that have it why it is not there yet. */
  const retryLater = (wire: WireRegistration, error: ErrorRecord): void => {
    const warning = concerning(error, `registration of ${wire.procedure}`);
    if (error.name !== "TimeoutError") for (const { tab } of wire.locals) tab.tellOnce(warning);
    wire.stopTimer = clock.after(restoreDelay(wire.state.attempt), () => {
      apply(wire, { name: "restore due" });
      restores.pump();
    });
  };

  const sendRegister = (wire: WireRegistration): void => {
    const session = openSession();
    if (session === undefined) return;
    wire.place = lastPlace += 1;
    exchangeRegister(wire, session, {
      clock: clock,
      requestTimeout: requestTimeout,
      registered: (id) => registered(wire, id),
      failed: (event) => apply(wire, event),
    });
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
    giveBack(restores, (session, handler) => session.unregister(id, handler), done);
  };

  const endLocals = (wire: WireRegistration, error: ErrorRecord, onlyWaiting: boolean): void => {
    for (const local of [...wire.locals]) {
      if (onlyWaiting && lasts(local)) continue;
      detach(local);
      if (local.active)
        local.tab.notices.push({ kind: "registration-ended", registration: local.handle, error });
      else local.pending.reject(error);
    }
  };

  const detach = (local: LocalRegistration): void => {
    const { locals } = local.wire;
    localsByTab.remove(local.tab, local.handle);
    locals.splice(locals.indexOf(local), 1);
  };

  return {
    register(tab: Tab, request: RegisterRequest, pending: PendingRequest): void {
      const { registration } = request;
      if (waiting.get(tab, registration) === undefined) {
        waiting.set(tab, registration, pending);
        pending.onGivenUp = () => endWait(tab, registration, pending);
      }
      tab.queue.request({
        bytes: requestSize(request),
        pending,
        send: () => registerInTurn(tab, request, pending),
      });
    },

    unregister(tab: Tab, handle: RegistrationHandle, pending: PendingRequest): void {
      const local = localsByTab.get(tab, handle);
      (local?.pending ?? waiting.get(tab, handle))?.cancel("skip", 0);
      // The request never waits in the tab's queue.
      pending.sent = true;
      const done = (): void => pending.resolve({ kind: "done", request: pending.request });
      if (local === undefined) done();
      else remove(local, done);
    },

    /** Releases the registrations of a tab that has left or vanished. */
    release(tab: Tab): void {
      for (const local of localsByTab.values(tab)) remove(local);
    },

    /** Returns the number of registrations of a tab. */
    count(tab: Tab): number {
      return localsByTab.count(tab);
    },

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

    inspect(): { procedure: string; match: MatchPolicy; locals: number }[] {
      return wires.entries().map(({ procedure, match, locals }) => ({
        procedure,
        match,
        locals: locals.length,
      }));
    },
  };
}

export type Registrations = ReturnType<typeof createRegistrations>;

function activate(local: LocalRegistration): void {
  if (local.active) return;
  local.active = true;
  const { id } = local.wire;
  local.pending.resolve({
    kind: "done",
    request: local.pending.request,
    ...(id !== undefined && { id }),
  });
}
