import type { ErrorRecord } from "../../contract/errors.js";
import type { RegistrationHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Clock } from "../../web/clock.js";
import {
  connectionLost,
  featureNotSupported,
  invalidArgument,
  timedOut,
  wampError,
  wampErrorOfHub,
} from "../error-records.js";
import { requestSize } from "../validation/wire-payload.js";
import type { Tab } from "../tab/tab.js";
import {
  ALREADY_EXISTS,
  keyOf,
  lackingFeature,
  newWireRegistration,
  pickLocal,
  refusalToJoin,
  registerOptions,
} from "./wire-registration.js";
import type { LocalRegistration, WireRegistration } from "./wire-registration.js";
import type { Answer, WireSession } from "../../connection/wire-session.js";

type RegisterRequest = Extract<AnsweredRequest, { kind: "register" }>;

/** After a reconnect the router may hold the old session for a while: milliseconds until the first repetition, doubled each time. */
const RESTORE_DELAY = 200;
const RESTORE_ATTEMPTS = 8;

/** The registrations of all tabs of a session (WAMP, "Shared Registration"). */
export class Registrations {
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Milliseconds for REGISTERED, also where no tab waits for it. */
  readonly #requestTimeout: number;
  readonly #session: () => WireSession | undefined;
  readonly #byKey = new Map<string, WireRegistration>();
  readonly #byId = new Map<WireRegistrationId, WireRegistration>();

  constructor(
    env: { readonly clock: Clock; readonly random: () => number },
    requestTimeout: number,
    session: () => WireSession | undefined,
  ) {
    this.#clock = env.clock;
    this.#random = env.random;
    this.#requestTimeout = requestTimeout;
    this.#session = session;
  }

  register(tab: Tab, request: RegisterRequest, ask: PendingRequest): void {
    if (tab.registrations.has(request.registration)) {
      return ask.reject(
        invalidArgument("The registration handle", request.registration, "one that is not in use"),
      );
    }
    tab.queue.request({
      bytes: requestSize(request),
      get dropped() {
        return ask.settled;
      },
      send: (session) => this.#turnOf(tab, request, ask, session),
    });
  }

  unregister(tab: Tab, handle: RegistrationHandle, ask: PendingRequest): void {
    const local = tab.registrations.get(handle);
    if (local !== undefined && !local.ask.settled) local.ask.cancel("skip", 0);
    const done = (): void => ask.resolve({ kind: "done", request: ask.request });
    if (local === undefined || !this.#remove(local, done)) done();
    else ask.sent = true;
  }

  /** Releases what a tab that is gone held. */
  release(tab: Tab): void {
    for (const local of [...tab.registrations.values()]) this.#remove(local);
  }

  /** The local registration that the policy chooses of those that can take an invocation now. */
  pick(id: WireRegistrationId): LocalRegistration | undefined {
    const wire = this.#byId.get(id);
    return wire && pickLocal(wire, this.#random);
  }

  knows(id: WireRegistrationId): boolean {
    return this.#byId.has(id);
  }

  /** The router ended it (WAMP, "Registration Revocation"). */
  revoked(id: WireRegistrationId, reason: string): void {
    const wire = this.#byId.get(id);
    if (wire === undefined) return;
    this.#lose(wire, {
      name: "WampError",
      message: `The router ended the registration: ${reason}`,
      fields: { uri: reason, details: {} },
    });
  }

  /** On a new session, before anything else is sent. */
  restore(session: WireSession): void {
    for (const wire of this.#byKey.values()) this.#restoreOne(wire, session, 0);
  }

  /** Who waits for an answer is told; who is registered keeps the handle. */
  sessionLost(error: ErrorRecord): void {
    this.#byId.clear();
    for (const wire of [...this.#byKey.values()]) {
      wire.state = "unregistered";
      wire.id = undefined;
      wire.stopRetry();
      this.#refuseWaiting(wire, connectionLost(true, error));
    }
  }

  inspect(): { procedure: string; match: MatchPolicy; locals: number }[] {
    return [...this.#byKey.values()].map(({ procedure, match, locals }) => ({
      procedure,
      match,
      locals: locals.length,
    }));
  }

  /** The request's turn in its tab's order has come: join what is there, or ask the router. */
  #turnOf(tab: Tab, request: RegisterRequest, ask: PendingRequest, session: WireSession): void {
    const {
      match = "exact",
      invoke = "single",
      concurrency = Infinity,
      force_reregister: force = false,
      ...options
    } = request.options;
    const lacking = lackingFeature(match, invoke, session);
    if (lacking !== undefined) return ask.reject(featureNotSupported(lacking, "dealer"));
    const key = keyOf(request.procedure, match);
    if (force) this.#displace(this.#byKey.get(key));
    const known = this.#byKey.get(key);
    const refusal = known && refusalToJoin(known, invoke);
    if (refusal !== undefined) return ask.reject(refusal);
    const wire = known ?? this.#begin(key, { procedure: request.procedure, match, invoke, options });
    const local: LocalRegistration = {
      tab,
      handle: request.registration,
      wire,
      ask,
      concurrency,
      running: 0,
      active: false,
      removed: false,
    };
    wire.locals.push(local);
    tab.registrations.set(local.handle, local);
    ask.sent = true;
    ask.onGivenUp = () => void this.#remove(local);
    if (wire.state === "registered") this.#activate(local);
    else if (known === undefined && request.replayed) this.#restoreOne(wire, session, 0);
    else if (known === undefined)
      this.#registerOnWire(wire, session, force, (error) => this.#refuseWaiting(wire, error));
  }

  #begin(
    key: string,
    what: Pick<WireRegistration, "procedure" | "match" | "invoke" | "options">,
  ): WireRegistration {
    const wire = newWireRegistration(what);
    this.#byKey.set(key, wire);
    return wire;
  }

  #restoreOne(wire: WireRegistration, session: WireSession, attempt: number): void {
    this.#registerOnWire(wire, session, false, (error) => {
      const alreadyExists = error.name === "WampError" && error.fields.uri === ALREADY_EXISTS;
      const mayPass = alreadyExists && attempt < RESTORE_ATTEMPTS;
      if (!mayPass || wire.locals.length === 0) return this.#lose(wire, error);
      const again = (): void => this.#restoreOne(wire, session, attempt + 1);
      wire.stopRetry = this.#clock.after(RESTORE_DELAY * 2 ** attempt, again);
    });
  }

  #registerOnWire(
    wire: WireRegistration,
    session: WireSession,
    force: boolean,
    refused: (error: ErrorRecord) => void,
  ): void {
    wire.state = "registering";
    const options = registerOptions(wire, force);
    // The entry stays, so that nobody asks a second time for what the router may still answer.
    const stopDeadline = this.#clock.after(this.#requestTimeout, () =>
      this.#endLocals(wire, timedOut(this.#requestTimeout, true)),
    );
    const answered = (answer: Answer): void => {
      stopDeadline();
      if (answer.kind === "registered") this.#registered(wire, answer.registration, session);
      else if (answer.kind === "error" && this.#isCurrent(wire)) {
        wire.state = "unregistered";
        refused(wampError(answer.uri, answer.details, answer.payload));
      }
    };
    // Who waits is told by `sessionLost`; a ticket knows only one of them.
    session.register({ procedure: wire.procedure, options }, { answered, lost: stopDeadline });
  }

  #registered(wire: WireRegistration, id: WireRegistrationId, session: WireSession): void {
    if (!this.#isCurrent(wire)) {
      // Displaced meanwhile, by a newer entry of the same procedure that may have been given the same id.
      if (!this.#byKey.has(keyOf(wire.procedure, wire.match)) && !this.#byId.has(id))
        unregisterOnWire(id, session);
      return;
    }
    wire.state = "registered";
    wire.id = id;
    this.#byId.set(id, wire);
    for (const local of wire.locals) this.#activate(local);
    if (wire.locals.length === 0) this.#end(wire);
  }

  #activate(local: LocalRegistration): void {
    if (local.active) return;
    local.active = true;
    const { id } = local.wire;
    local.ask.resolve({ kind: "done", request: local.ask.request, ...(id !== undefined && { id }) });
  }

  #refuseWaiting(wire: WireRegistration, error: ErrorRecord): void {
    for (const local of [...wire.locals]) {
      if (local.active) continue;
      detach(local);
      local.ask.reject(error);
    }
    if (wire.locals.length === 0) this.#end(wire);
  }

  /** Another tab takes the procedure over (`force_reregister`). */
  #displace(wire: WireRegistration | undefined): void {
    if (wire === undefined) return;
    const { id } = wire;
    this.#lose(
      wire,
      wampErrorOfHub("wamp.error.unregistered", "displaced by a registration with force_reregister"),
    );
    const session = this.#session();
    if (id !== undefined && session !== undefined) unregisterOnWire(id, session);
  }

  #lose(wire: WireRegistration, error: ErrorRecord): void {
    if (wire.id !== undefined) this.#byId.delete(wire.id);
    this.#byKey.delete(keyOf(wire.procedure, wire.match));
    wire.stopRetry();
    this.#endLocals(wire, error);
  }

  /** Everybody loses it; who is told how depends on whether the register has resolved. */
  #endLocals(wire: WireRegistration, error: ErrorRecord): void {
    for (const local of [...wire.locals]) {
      detach(local);
      if (local.active)
        local.tab.notices.push({ kind: "registration-ended", registration: local.handle, error });
      else local.ask.reject(error);
    }
  }

  /** True: `unregistered` will be called. */
  #remove(local: LocalRegistration, unregistered: () => void = () => undefined): boolean {
    if (local.removed) return false;
    detach(local);
    return local.wire.locals.length === 0 && this.#end(local.wire, unregistered);
  }

  #end(wire: WireRegistration, unregistered: () => void = () => undefined): boolean {
    // While REGISTER is on its way the entry stays, for whoever registers again: a second REGISTER would be refused.
    if (!this.#isCurrent(wire) || wire.state === "registering") return false;
    this.#byKey.delete(keyOf(wire.procedure, wire.match));
    wire.stopRetry();
    const session = this.#session();
    if (wire.id === undefined || session === undefined) return false;
    this.#byId.delete(wire.id);
    unregisterOnWire(wire.id, session, unregistered);
    return true;
  }

  #isCurrent(wire: WireRegistration): boolean {
    return this.#byKey.get(keyOf(wire.procedure, wire.match)) === wire;
  }
}

function detach(local: LocalRegistration): void {
  local.removed = true;
  local.tab.registrations.delete(local.handle);
  const { locals } = local.wire;
  locals.splice(locals.indexOf(local), 1);
}

function unregisterOnWire(
  id: WireRegistrationId,
  session: WireSession,
  done: () => void = () => undefined,
): void {
  if (!session.open) return done();
  session.unregister(id, { answered: done, lost: done });
}
