import type { ErrorRecord } from "../../contract/errors.js";

/** Maximum number of repetitions of a REGISTER that restores a registration and is refused because the procedure already exists. */
export const RESTORE_ATTEMPTS = 8;

export type StateName =
  /** Nothing of the entry is on the wire: it is new, or its session was lost. */
  | "unregistered"
  /** The first REGISTER is unanswered. */
  | "registering"
  /** A REGISTER that restores a registration of an earlier session is unanswered. */
  | "restoring"
  /** The router refused to restore the registration, perhaps because it still holds the old session; the next REGISTER is delayed. */
  | "retrying"
  /** The router routes invocations to the session. */
  | "registered"
  /** The first REGISTER is unanswered, and no tab waits for it any longer. */
  | "abandoned"
  /** A REGISTER that restores the registration is unanswered, and no tab wants the registration any longer. */
  | "restore abandoned"
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
        /** A registration of an earlier session, or of an earlier worker, is due to be registered again. */
        | "restore due"
        | "local joined"
        | "last local left"
        /** REGISTERED. */
        | "registered";
    }
  | {
      readonly name:
        /** ERROR `wamp.error.procedure_already_exists` as the answer to REGISTER. */
        | "already exists"
        /** Any other ERROR as the answer to REGISTER. */
        | "refused"
        /** REGISTER was not answered in time. */
        | "deadline passed"
        | "session lost"
        /** The router ended the registration (WAMP, "Registration Revocation"). */
        | "revoked"
        /** Another tab registers the procedure with `force_reregister`. */
        | "displaced";
      readonly error: ErrorRecord;
    };

export type EventName = WireRegistrationEvent["name"];

/** Effects that need the error of the event. */
type EffectOfError =
  /** Detaches every local registration: rejects those that wait for REGISTERED, and ends the others. */
  | "end locals"
  /** Detaches and rejects the local registrations that wait for REGISTERED. */
  | "reject waiting";

export type WireRegistrationEffect =
  | "register"
  /** Makes a restore due after a delay that grows with the attempts. */
  | "retry later"
  | "activate locals"
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
const pending = (abandoned: StateName): Transitions => ({
  registered: ["registered", "activate locals"],
  refused: ["ended", "end locals"],
  "deadline passed": [abandoned, "end locals"],
  "last local left": [abandoned],
  "session lost": ["unregistered", "reject waiting"],
  displaced: ["displaced", "end locals"],
});

/** A REGISTER is unanswered, and no tab wants the registration any longer. */
const unwanted: Transitions = {
  registered: ["ended", "unregister"],
  refused: ["ended"],
  "session lost": ["unregistered"],
  displaced: ["displaced"],
};

/** All transitions: an event that is not listed for a state has no effect. */
const transitions: Readonly<Record<StateName, Transitions>> = {
  unregistered: {
    requested: ["registering", "register"],
    "restore due": ["restoring", "register"],
    "last local left": ["ended"],
    displaced: ["ended", "end locals"],
  },
  registering: pending("abandoned"),
  restoring: { ...pending("restore abandoned"), "already exists": ["retrying", "retry later"] },
  retrying: {
    "restore due": ["restoring", "register"],
    "last local left": ["ended"],
    "session lost": ["unregistered", "reject waiting"],
    displaced: ["ended", "end locals"],
  },
  registered: {
    "local joined": ["registered", "activate locals"],
    "last local left": ["ended", "unregister"],
    "session lost": ["unregistered"],
    revoked: ["ended", "end locals"],
    displaced: ["ended", "end locals", "unregister"],
  },
  abandoned: { ...unwanted, "local joined": ["registering"] },
  "restore abandoned": { ...unwanted, "local joined": ["restoring"] },
  displaced: {
    registered: ["ended", "unregister"],
    refused: ["ended"],
  },
  ended: {},
};

/**
 * Returns the state after an event, and the effects of the transition in order.
 *
 * Invariants, each with the test that checks it:
 *
 * 1. An entry is in the table of the session exactly as long as it is neither displaced nor ended, and nothing follows `ended`.
 *    ("wire registration states": "ended is final")
 * 2. REGISTER is sent exactly when an entry begins to wait for its answer. ("wire registration states": "sends REGISTER only
 *    to wait for it")
 * 3. At most one REGISTER per procedure and match policy is unanswered, except after `force_reregister`: a router would refuse
 *    a second one. ("shared registrations": "registered again before REGISTERED arrives")
 * 4. Each REGISTERED that no tab waits for is followed by UNREGISTER.
 *    ("wire registration states": "a REGISTERED that no tab waits for leads to UNREGISTER")
 * 5. UNREGISTER never ends the registration of a newer entry: the router may have given both the same id.
 *    ("shared registrations": "force_reregister also displaces a registration that waits for REGISTERED")
 * 6. A lost session ends no registration that was active. It rejects those that wait for REGISTERED, because their outcome is
 *    unknown, and an entry without local registrations then ends. ("restoring after a reconnect": "the handles stay valid")
 * 7. `procedure_already_exists` is a refusal like any other for a first REGISTER; a restore is repeated `RESTORE_ATTEMPTS`
 *    times. ("wire registration states": "gives up after the last attempt")
 * 8. A deadline ends the local registrations, not the entry: the router may still answer.
 *    ("restoring after a reconnect": "a request that the router never answers")
 */
export function transition(
  { name, attempt }: WireRegistrationState,
  event: WireRegistrationEvent,
): { readonly state: WireRegistrationState; readonly effects: readonly WireRegistrationEffect[] } {
  const isFinal = event.name === "already exists" && (name !== "restoring" || attempt === RESTORE_ATTEMPTS);
  const [next, ...effects] = transitions[name][isFinal ? "refused" : event.name] ?? [name];
  const isRepeated = name === "retrying" && next === "restoring";
  const attempts = next === "unregistered" ? 0 : attempt + (isRepeated ? 1 : 0);
  return { state: { name: next, attempt: attempts }, effects };
}

/** Tells whether an entry is in the table of its session. */
export function isCurrent({ name }: Pick<WireRegistrationState, "name">): boolean {
  return name !== "displaced" && name !== "ended";
}

/** Tells whether an entry waits for the answer to REGISTER, and its deadline runs. */
export function awaitsAnswer(state: Pick<WireRegistrationState, "name">): boolean {
  return isCurrent(state) && "refused" in transitions[state.name];
}
