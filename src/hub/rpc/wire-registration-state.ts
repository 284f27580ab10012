import type { ErrorRecord } from "../../contract/errors.js";

/** Maximum number of repetitions of a REGISTER that restores a registration and is refused because the procedure already exists. */
export const RESTORE_ATTEMPTS = 8;

export type StateName =
  /** Nothing of the entry is on the wire: it is new, or its session was lost. */
  | "unregistered"
  /** The first REGISTER is unanswered. */
  | "registering"
  /** A REGISTER that restores a registration of an earlier session or worker waits for its turn. */
  | "restore queued"
  /** Such a REGISTER is unanswered. */
  | "restoring"
  /**
   * The router has not restored the registration, for a reason that may pass, such as an old session that it still holds; the next
   * REGISTER is delayed.
   */
  | "retrying"
  /** The router routes invocations to the session. */
  | "registered"
  /** The first REGISTER is unanswered, and no tab waits for it any longer. */
  | "abandoned"
  /** A REGISTER that restores the registration is unanswered, and no tab wants the registration any longer. */
  | "restore abandoned"
  /** A REGISTER is unanswered after its deadline, and no tab waits for it: the answer may be lost. */
  | "overdue"
  /** The REGISTER with `force_reregister` of a procedure that another entry still has is unanswered. */
  | "challenging"
  /** Such a REGISTER is unanswered, and no tab waits for it any longer. */
  | "challenge abandoned"
  /** A REGISTER is unanswered, and a newer entry has the procedure (`force_reregister`). */
  | "displaced"
  | "ended";

export interface WireRegistrationState {
  readonly name: StateName;
  /** Number of repetitions of the REGISTER that restores the registration. */
  readonly attempt: number;
}

export type WireRegistrationEvent =
  | {
      readonly name:
        /** A tab registers a procedure that has no entry. */
        | "requested"
        /** A tab registers a procedure with `force_reregister` although it has an entry. */
        | "challenged"
        /** A registration of an earlier session, or of an earlier worker, is due to be registered again. */
        | "restore due"
        /** It is the turn of the queued REGISTER. */
        | "turn came"
        | "local joined"
        | "last local left"
        /** REGISTERED. */
        | "registered";
    }
  | {
      readonly name:
        /** ERROR `wamp.error.procedure_already_exists` as the answer to REGISTER. */
        | "already exists"
        /** Any other ERROR as the answer to REGISTER, for a final reason. */
        | "refused"
        /** Any other ERROR as the answer to REGISTER, for a reason that may pass. */
        | "refused for now"
        /** REGISTER was not answered in time. */
        | "deadline passed"
        | "session lost"
        /** The router ended the registration (WAMP, "Registration Revocation"). */
        | "revoked"
        /** The router has registered the procedure for another tab that used `force_reregister`. */
        | "displaced";
      readonly error: ErrorRecord;
    };

export type EventName = WireRegistrationEvent["name"];

/** Effects that need the error of the event. */
type EffectOfError =
  /** Detaches every local registration: rejects those that wait for REGISTERED, and ends the others. */
  | "end locals"
  /** Detaches and rejects the local registrations that wait for REGISTERED and that no lost worker had. */
  | "reject waiting"
  /** Makes a restore due after a delay that grows with the attempts; those that wait go on waiting, until their own deadlines. */
  | "retry later";

export type WireRegistrationEffect =
  | "register"
  /** Queues REGISTER, to be sent before the requests of tabs. */
  | "queue"
  /** Takes the procedure from the entry that has it; its local registrations end. */
  | "displace"
  | "activate locals"
  /** Restores the registration for the local registrations that a lost worker had, and that have joined the first REGISTER. */
  | "restore lasting"
  /** Ends the registration on the wire, unless it belongs to a newer entry. Always the last effect of a transition. */
  | "unregister"
  | EffectOfError;

type EffectOf<Event extends EventName> =
  Extract<WireRegistrationEvent, { readonly name: Event }> extends { readonly error: ErrorRecord }
    ? WireRegistrationEffect
    : Exclude<WireRegistrationEffect, EffectOfError>;

type Transitions = {
  readonly [Event in EventName]?: readonly [next: StateName, ...effects: EffectOf<Event>[]];
};

/** A REGISTER is unanswered, and tabs wait. */
const pending = (abandoned: StateName, overdue: StateName): Transitions => ({
  registered: ["registered", "activate locals"],
  refused: ["ended", "end locals"],
  "refused for now": ["ended", "end locals"],
  "deadline passed": [overdue, "end locals"],
  "last local left": [abandoned],
  "session lost": ["unregistered", "reject waiting"],
  displaced: ["displaced", "end locals"],
});

/** A REGISTER is unanswered, and no tab wants the registration any longer. */
const unwanted: Transitions = {
  registered: ["ended", "unregister"],
  refused: ["ended"],
  "refused for now": ["ended"],
  "session lost": ["unregistered"],
  displaced: ["displaced"],
};

/** No REGISTER is awaited, and the next one restores the registration; REGISTERED answers one whose deadline had passed. */
const delayed: Transitions = {
  registered: ["registered", "activate locals"],
  "last local left": ["ended"],
  "session lost": ["unregistered", "reject waiting"],
  displaced: ["ended", "end locals"],
};

/** All transitions: an event that is not listed for a state has no effect. */
const transitions: Readonly<Record<StateName, Transitions>> = {
  unregistered: {
    requested: ["registering", "register"],
    challenged: ["challenging", "register"],
    "restore due": ["restore queued", "queue"],
    "last local left": ["ended"],
    displaced: ["ended", "end locals"],
  },
  "restore queued": { ...delayed, "turn came": ["restoring", "register"] },
  registering: {
    ...pending("abandoned", "overdue"),
    "refused for now": ["unregistered", "reject waiting", "restore lasting"],
    "deadline passed": ["overdue", "reject waiting", "restore lasting"],
  },
  restoring: {
    ...pending("restore abandoned", "overdue"),
    "already exists": ["retrying", "retry later"],
    "refused for now": ["retrying", "retry later"],
    "deadline passed": ["retrying", "retry later"],
  },
  retrying: { ...delayed, "restore due": ["restore queued", "queue"] },
  registered: {
    "local joined": ["registered", "activate locals"],
    "last local left": ["ended", "unregister"],
    "session lost": ["unregistered"],
    revoked: ["ended", "end locals"],
    // The router has taken the procedure from it already.
    displaced: ["ended", "end locals"],
  },
  abandoned: { ...unwanted, "local joined": ["registering"], "deadline passed": ["overdue"] },
  "restore abandoned": { ...unwanted, "local joined": ["restoring"], "deadline passed": ["overdue"] },
  overdue: { ...unwanted, "local joined": ["registering", "register"] },
  challenging: {
    ...pending("challenge abandoned", "challenge abandoned"),
    registered: ["registered", "displace", "activate locals"],
    "session lost": ["ended", "end locals"],
  },
  "challenge abandoned": { ...unwanted, "session lost": ["ended"] },
  displaced: {
    registered: ["ended", "unregister"],
    refused: ["ended"],
    "refused for now": ["ended"],
  },
  // Its REGISTER was repeated after a deadline, and this is the answer to one of them.
  ended: { registered: ["ended", "unregister"] },
};

/**
 * Returns the state after an event, and the effects of the transition in order.
 *
 * Invariants, each with the test that checks it:
 *
 * 1. An entry is in the table of the session exactly as long as it is neither a challenge, displaced nor ended, and `ended` is final.
 *    ("wire registration states": "ended is final")
 * 2. REGISTER is sent exactly when an entry begins to wait for its answer. ("wire registration states": "sends REGISTER only
 *    to wait for it")
 * 3. At most one REGISTER per procedure and match policy is unanswered, except with `force_reregister` and after a deadline: a router
 *    would refuse a second one. ("shared registrations": "registered again before REGISTERED arrives")
 * 4. Each REGISTERED that no tab waits for is followed by UNREGISTER.
 *    ("wire registration states": "a REGISTERED that no tab waits for leads to UNREGISTER")
 * 5. UNREGISTER never ends the registration of a newer entry: the router may have given both the same id.
 *    ("shared registrations": "force_reregister also displaces a registration that waits for REGISTERED")
 * 6. A lost session ends no registration that was active. It rejects those that wait for REGISTERED, because their outcome is
 *    unknown, and an entry without local registrations then ends. ("restoring after a reconnect": "the handles stay valid")
 * 7. A restore is repeated `RESTORE_ATTEMPTS` times after `procedure_already_exists`, and without end after any other reason that may
 *    pass. For a first REGISTER every refusal is final, except to what a lost worker had and joined it. ("wire registration states": "gives up after the last attempt", "never gives up a
 *    restore for a reason that may pass")
 * 8. The deadline of a first REGISTER ends the local registrations, not the entry: the router may still answer.
 *    ("shared registrations": "undoes a REGISTERED that arrives after the deadline")
 * 9. A registration is displaced only by a REGISTERED. ("shared registrations": "force_reregister that the router refuses")
 */
export function transition(
  { name, attempt }: WireRegistrationState,
  event: WireRegistrationEvent,
): { readonly state: WireRegistrationState; readonly effects: readonly WireRegistrationEffect[] } {
  const isFinal = event.name === "already exists" && (name !== "restoring" || attempt >= RESTORE_ATTEMPTS);
  const [next, ...effects] = transitions[name][isFinal ? "refused" : event.name] ?? [name];
  const isRepeated = name === "retrying" && next === "restore queued";
  const attempts = next === "unregistered" ? 0 : attempt + (isRepeated ? 1 : 0);
  return { state: { name: next, attempt: attempts }, effects };
}

const OUTSIDE: readonly StateName[] = ["challenging", "challenge abandoned", "displaced", "ended"];

/** Tells whether an entry is in the table of its session. */
export function isCurrent({ name }: Pick<WireRegistrationState, "name">): boolean {
  return !OUTSIDE.includes(name);
}

/** Tells whether an entry waits for the answer to REGISTER, and its deadline runs. */
export function awaitsAnswer({ name }: Pick<WireRegistrationState, "name">): boolean {
  return name !== "displaced" && "refused" in transitions[name];
}
