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
export class Registrations {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #requestTimeout: number;
  readonly #session: () => WireSession | undefined;
  readonly #restores: RestoreQueue;
  /** The entries that ask for a procedure which another entry has. */
  readonly #challenges = new Set<WireRegistration>();
  readonly #wires = new WireTable<WireRegistrationId, WireRegistration>();
  readonly #locals = new TabTable<RegistrationHandle, LocalRegistration>();
  #lastPlace = 0;
  /** The requests whose turn in their tab's queue has not come. */
  readonly #waiting = new TabTable<RegistrationHandle, PendingRequest>();

  constructor(
    env: { readonly clock: Clock; readonly random: () => number },
    requestTimeout: number,
    session: () => WireSession | undefined,
    restores: RestoreQueue,
  ) {
    this.#restores = restores;
    this.#clock = env.clock;
    this.#random = env.random;
    this.#requestTimeout = requestTimeout;
    this.#session = session;
  }

  register(tab: Tab, request: RegisterRequest, pending: PendingRequest): void {
    const { registration } = request;
    if (this.#waiting.get(tab, registration) === undefined) {
      this.#waiting.set(tab, registration, pending);
      pending.onGivenUp = () => this.#endWait(tab, registration, pending);
    }
    tab.queue.request({
      bytes: requestSize(request),
      pending,
      send: () => this.#registerInTurn(tab, request, pending),
    });
  }

  unregister(tab: Tab, handle: RegistrationHandle, pending: PendingRequest): void {
    const local = this.#locals.get(tab, handle);
    (local?.pending ?? this.#waiting.get(tab, handle))?.cancel("skip", 0);
    // The request never waits in the tab's queue.
    pending.sent = true;
    const done = (): void => pending.resolve({ kind: "done", request: pending.request });
    if (local === undefined) done();
    else this.#remove(local, done);
  }

  /** Releases the registrations of a tab that has left or vanished. */
  release(tab: Tab): void {
    for (const local of this.#locals.values(tab)) this.#remove(local);
  }

  /** Returns the number of registrations of a tab. */
  count(tab: Tab): number {
    return this.#locals.count(tab);
  }

  /** Returns the local registration that the policy picks among those that can take an invocation now. */
  pick(id: WireRegistrationId): LocalRegistration | undefined {
    const wire = this.#wires.find(id);
    return wire && pickLocal(wire, this.#random);
  }

  knows(id: WireRegistrationId): boolean {
    return this.#wires.find(id) !== undefined;
  }

  /** Ends a registration that the router has ended (WAMP, "Registration Revocation"). */
  revoked(id: WireRegistrationId, error: ErrorRecord): void {
    const wire = this.#wires.find(id);
    if (wire !== undefined) this.#apply(wire, { name: "revoked", error });
  }

  /** Queues the registrations of the previous session to be made again, before any other request is sent. */
  restore(): void {
    for (const wire of this.#wires.entries()) this.#apply(wire, { name: "restore due" });
  }

  sessionLost(cause: ErrorRecord): void {
    this.#wires.forgetIds();
    const error = connectionLost(true, cause);
    for (const wire of [...this.#wires.entries(), ...this.#challenges]) {
      this.#apply(wire, { name: "session lost", error });
      if (wire.locals.length === 0) this.#apply(wire, { name: "last local left" });
    }
  }

  inspect(): { procedure: string; match: MatchPolicy; locals: number }[] {
    return this.#wires.entries().map(({ procedure, match, locals }) => ({
      procedure,
      match,
      locals: locals.length,
    }));
  }

  /** Joins the existing wire registration, or registers a new one, once the turn of the request in its tab's queue has come. */
  #registerInTurn(tab: Tab, request: RegisterRequest, pending: PendingRequest): void {
    const {
      match = "exact",
      invoke = "single",
      concurrency = Infinity,
      force_reregister: force = false,
      ...options
    } = request.options;
    const { procedure, registration } = request;
    this.#endWait(tab, registration, pending);
    // At its turn and not before: an earlier request of the same tab may use the handle by then.
    if (this.#locals.get(tab, registration) !== undefined) {
      return pending.reject(
        invalidArgument("The registration handle", registration, "one that is not in use"),
      );
    }
    const replayed = request.replayed === true;
    const known = this.#wires.get(wireKey(procedure, match));
    // A replay displaces no other tab.
    const challenges = force && known !== undefined && !replayed;
    const refusal = known && !challenges && refusalToJoin(known, invoke);
    if (refusal) return pending.reject(refusal);
    const joined = challenges ? undefined : known;
    if (joined?.state.name === "overdue") Object.assign(joined, { options, force });
    const wire = joined ?? newWireRegistration({ procedure, match, invoke, options, force });
    if (challenges) this.#challenges.add(wire);
    else if (joined === undefined) this.#wires.add(wire);
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
    this.#locals.set(tab, registration, local);
    pending.sent = true;
    pending.onGivenUp = () => void this.#remove(local);
    const first = challenges ? "challenged" : replayed ? "restore due" : "requested";
    this.#apply(wire, { name: joined === undefined ? first : "local joined" });
  }

  #endWait(tab: Tab, handle: RegistrationHandle, pending: PendingRequest): undefined {
    if (this.#waiting.get(tab, handle) === pending) this.#waiting.remove(tab, handle);
  }

  #displace(wire: WireRegistration | undefined): void {
    const reason = "displaced by a registration with force_reregister";
    const error = wampErrorFromHub("wamp.error.unregistered", reason);
    if (wire !== undefined) this.#apply(wire, { name: "displaced", error });
  }

  /** Makes an entry that the router has registered the current one for its procedure. */
  #adopt(wire: WireRegistration): void {
    this.#displace(this.#wires.get(wire.key));
    this.#wires.add(wire);
    if (wire.id !== undefined) this.#wires.identify(wire, wire.id);
  }

  /** Removes a local registration. Calls `removed` when UNREGISTER is answered, or at once if none is sent. */
  #remove(local: LocalRegistration, removed = nothing): void {
    const { wire } = local;
    if (this.#locals.get(local.tab, local.handle) === local) this.#detach(local);
    if (wire.locals.length === 0) this.#apply(wire, { name: "last local left" }, removed);
    else removed();
  }

  /** Makes a transition and performs its effects. Calls `done` when UNREGISTER is answered, or at once if none is sent. */
  #apply(wire: WireRegistration, event: WireRegistrationEvent, done = nothing): void {
    const { state, effects } = transition(wire.state, event);
    if (state.name !== wire.state.name && !awaitsAnswer(state)) wire.stopTimer();
    wire.state = state;
    if (!isCurrent(state) && this.#wires.isCurrent(wire)) this.#wires.remove(wire);
    if (isCurrent(state) || state.name === "ended") this.#challenges.delete(wire);
    for (const effect of effects) {
      switch (effect) {
        case "register":
          this.#sendRegister(wire);
          break;
        case "queue":
          this.#restores.restore(() => this.#apply(wire, { name: "turn came" }));
          break;
        case "displace":
          this.#adopt(wire);
          break;
        case "retry later":
          if ("error" in event) this.#retryLater(wire, event.error);
          break;
        case "activate locals":
          wire.locals.forEach(activate);
          break;
        case "end locals":
        case "reject waiting":
          if ("error" in event) this.#endLocals(wire, event.error, effect === "reject waiting");
          break;
        case "unregister":
          return this.#sendUnregister(wire, done);
      }
    }
    done();
  }

  /** Restores the registration after a delay, and tells the tabs that have it why it is not there yet. */
  #retryLater(wire: WireRegistration, error: ErrorRecord): void {
    const warning = concerning(error, `registration of ${wire.procedure}`);
    if (error.name !== "TimeoutError") for (const { tab } of wire.locals) tab.tellOnce(warning);
    wire.stopTimer = this.#clock.after(restoreDelay(wire.state.attempt), () => {
      this.#apply(wire, { name: "restore due" });
      this.#restores.pump();
    });
  }

  #sendRegister(wire: WireRegistration): void {
    const session = this.#session();
    if (session === undefined) return;
    wire.place = this.#lastPlace += 1;
    exchangeRegister(wire, session, {
      clock: this.#clock,
      requestTimeout: this.#requestTimeout,
      registered: (id) => this.#registered(wire, id),
      failed: (event) => this.#apply(wire, event),
    });
  }

  #registered(wire: WireRegistration, id: WireRegistrationId): void {
    if (this.#wires.isCurrent(wire)) this.#wires.identify(wire, id);
    else wire.id = id;
    // The router has taken it from this entry already, for one that asked later.
    if (wire.place < (this.#wires.get(wire.key)?.place ?? 0)) this.#displace(wire);
    this.#apply(wire, { name: "registered" });
  }

  /** Ends a registration that is not in the table, unless the current entry of its procedure has, or may get, the same id. */
  #sendUnregister({ key, id, invoke, place }: WireRegistration, done: () => void): void {
    const current = this.#wires.get(key);
    // A session gets the same id again for a shared policy only (Nexus, Crossbar.io).
    const mayShareId = invoke !== "single" && current?.invoke === invoke && current.place > place;
    const isReplaced = id === undefined || this.knows(id) || mayShareId;
    if (isReplaced) return done();
    giveBack(this.#restores, { type: "UNREGISTER", registration: id }, done);
  }

  #endLocals(wire: WireRegistration, error: ErrorRecord, onlyWaiting: boolean): void {
    for (const local of [...wire.locals]) {
      if (onlyWaiting && lasts(local)) continue;
      this.#detach(local);
      if (local.active)
        local.tab.notices.push({ kind: "registration-ended", registration: local.handle, error });
      else local.pending.reject(error);
    }
  }

  #detach(local: LocalRegistration): void {
    const { locals } = local.wire;
    this.#locals.remove(local.tab, local.handle);
    locals.splice(locals.indexOf(local), 1);
  }
}

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
