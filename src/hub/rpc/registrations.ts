import { invalidArgument } from "../../connection/error-records.js";
import { suspectKey } from "../../connection/suspects.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { RegistrationHandle } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { WireRegistrationId } from "../../protocol/ids.js";
import { connectionLost, wampErrorFromHub } from "../error-records.js";
import { activate } from "../local-entry.js";
import type { WireContext } from "../restoring.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { enqueue } from "../tab/send-queue.js";
import type { Tab } from "../tab/tab.js";
import { createWireEntries } from "../wire-entries.js";
import { WireTable } from "../wire-table.js";
import { pickLocal, refusalToJoin } from "./registration-policy.js";
import { newWireRegistration, registerOptions } from "./wire-registration.js";
import type { LocalRegistration, WireRegistration } from "./wire-registration.js";

type RegisterRequest = Extract<AnsweredRequest, { kind: "register" }>;

/** The registrations of all tabs of a session (WAMP, "Shared Registration"). */
export function createRegistrations(context: WireContext, random: () => number) {
  const wires = new WireTable<WireRegistrationId, WireRegistration>();
  let lastPlace = 0;

  const sendRegister = (wire: WireRegistration, session: WireSession): void => {
    wire.place = lastPlace += 1;
    const sent = entries.request(
      wire,
      session,
      { type: "REGISTER", procedure: wire.procedure, options: registerOptions(wire) },
      {
        answered: (answer) => void (answer.type === "REGISTERED" && registered(wire, answer.registration)),
        // The loss of the session is told to all entries of the table.
        lost: (error) => {
          if (!wires.isCurrent(wire)) entries.fail(wire, "revoked", connectionLost(true, error));
        },
      },
    );
    wire.isAwaited ||= sent !== undefined;
  };

  const entries = createWireEntries<
    WireRegistrationId,
    RegistrationHandle,
    LocalRegistration,
    WireRegistration
  >(context, wires, {
    subject: ({ procedure }) => `registration of ${procedure}`,
    suspectKey: ({ procedure, match }) => suspectKey("register", procedure, match),
    send: sendRegister,
    releaseOf: (registration) => ({ type: "UNREGISTER", registration }),
    // A session gets the same id again for a shared policy only (Nexus, Crossbar.io).
    mayShareId: (newer, { id, invoke, place }) =>
      newer.id === id || (invoke !== "single" && newer.invoke === invoke && newer.place > place),
    isUnwanted: ({ locals, isAwaited }) => locals.length === 0 && !isAwaited,
    detached: (local) => {
      const { locals } = local.wire;
      locals.splice(locals.indexOf(local), 1);
    },
    failed: (wire, event) => {
      wire.isAwaited &&= event === "timed-out" && wire.state === "idle";
    },
    endNotice: (registration, error) => ({ kind: "registration-ended", registration, error }),
  });

  /** Joins the existing wire registration, or registers a new one, once the turn of the request in its tab's queue has come. */
  const registerInTurn = (local: LocalRegistration, session: WireSession): void => {
    const { wire: own, pending, replayed } = local;
    const { invoke, options, force } = own;
    const known = wires.get(own.key);
    // A replay displaces no other tab.
    const challenges = force && known !== undefined && !replayed;
    const refusal = known && !challenges && refusalToJoin(known, invoke);
    if (refusal) {
      entries.remove(local);
      return pending.reject(refusal);
    }
    if (known === undefined) wires.add(own);
    else if (!challenges) {
      // The tabs for which its REGISTER was sent have given up.
      if (known.state === "idle") Object.assign(known, { options, force });
      local.wire = known;
      known.locals.push(local);
    }
    if (entries.ask(local, session) === "activate") activate(local);
  };

  const registered = (wire: WireRegistration, id: WireRegistrationId): void => {
    wire.isAwaited = false;
    const current = wires.get(wire.key);
    if (current !== wire && wire.state !== "ended") {
      // With force_reregister, the router takes the procedure from the one that has asked earlier.
      const isOvertaken = current !== undefined && wire.place < current.place;
      if (current !== undefined) displace(isOvertaken ? wire : current);
      if (!isOvertaken) wires.add(wire);
    }
    if (entries.answered(wire, id)) wire.locals.forEach(activate);
    entries.end(wire);
  };

  const displace = (wire: WireRegistration): void => {
    const reason = "displaced by a registration with force_reregister";
    entries.fail(wire, "revoked", wampErrorFromHub("wamp.error.unregistered", reason));
  };

  return {
    register(tab: Tab, request: RegisterRequest, pending: PendingRequest): void {
      const { procedure, registration: handle } = request;
      if (entries.locals.get(tab, handle) !== undefined) {
        return pending.reject(invalidArgument("The registration handle", handle, "one that is not in use"));
      }
      const {
        match = "exact",
        invoke = "single",
        concurrency = Infinity,
        force_reregister: force = false,
        ...options
      } = request.options;
      const wire = newWireRegistration({ procedure, match, invoke, options, force });
      const replayed = request.replayed === true;
      const local = {
        tab,
        handle,
        wire,
        pending,
        replayed,
        concurrency,
        running: 0,
        active: false,
        removed: false,
      };
      wire.locals.push(local);
      entries.locals.set(tab, handle, local);
      pending.onGivenUp = () => void entries.remove(local);
      enqueue(tab.queue, request, pending, (session) => registerInTurn(local, session));
    },

    unregister: entries.leave,

    /** Releases the registrations of a tab that has left or vanished. */
    release(tab: Tab): void {
      for (const local of entries.locals.values(tab)) entries.remove(local);
    },

    /** Returns the number of registrations of a tab. */
    count: (tab: Tab): number => entries.locals.count(tab),

    /** Returns the local registration that the policy picks among those that can take an invocation now. */
    pick(id: WireRegistrationId): LocalRegistration | undefined {
      const wire = wires.find(id);
      return wire && pickLocal(wire, random);
    },

    knows: (id: WireRegistrationId): boolean => wires.find(id) !== undefined,

    revoked: entries.revoked,
    restore: entries.restore,
    sessionLost: entries.sessionLost,

    inspect: (): SessionInspection["wireRegistrations"] =>
      wires.entries().map(({ procedure, match, locals }) => ({ procedure, match, locals: locals.length })),
  };
}

export type Registrations = ReturnType<typeof createRegistrations>;
