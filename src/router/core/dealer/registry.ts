import type { WireRegistrationId } from "../../../protocol/ids.js";
import type { Register, Unregister } from "../../../protocol/messages.js";
import type { MatchPolicy } from "../../../protocol/uri.js";
import type { Environment } from "../environment.js";
import type { Features } from "../features.js";
import type { Member } from "../member.js";
import { parseConcurrency, parseFlag, parseInvocationPolicy, parseMatch } from "../message-options.js";
import type { InvocationPolicy } from "../message-options.js";
import { PatternTable } from "../pattern-table.js";
import { Refusal } from "../refusal.js";
import { requireUnreserved, requireUri } from "../uri-rules.js";
import { Registration } from "./registration.js";

/** The registrations of one realm. Its methods throw `Refusal` and, for invalid options, `ProtocolError`. */
export class Registry {
  readonly #byProcedure = new PatternTable<Registration>();
  readonly #byId = new Map<WireRegistrationId, Registration>();
  readonly #features: Features;
  readonly #environment: Environment;

  constructor(features: Features, environment: Environment) {
    this.#features = features;
    this.#environment = environment;
  }

  /** Returns the registrations in which a session is a callee, in the order in which they were made. */
  of(member: Member): Registration[] {
    return [...this.#byId.values()].filter((registration) => registration.has(member));
  }

  find(procedure: string): Registration | undefined {
    return this.#byProcedure.best(procedure);
  }

  register(member: Member, { request, options, procedure }: Register): void {
    const match = parseMatch(options);
    const invoke = parseInvocationPolicy(options);
    const concurrency = parseConcurrency(options);
    const force = parseFlag(options, "force_reregister");
    this.#requireFeatures(match, invoke, force);
    requireUri(procedure, "procedure", match);
    requireUnreserved(procedure, "procedure");
    if (force) this.#displace(this.#byProcedure.get(match, procedure));
    const registration = this.#joinable(procedure, match, invoke) ?? this.#create(procedure, match, invoke);
    if (!registration.has(member)) registration.callees.push({ member, concurrency, running: 0 });
    member.send({ type: "REGISTERED", request, registration: registration.id });
  }

  unregister(member: Member, { request, registration: id }: Unregister): void {
    const registration = this.#byId.get(id);
    if (registration?.has(member) !== true) {
      throw new Refusal("wamp.error.no_such_registration", `no registration ${id} of this session`);
    }
    this.#remove(member, registration);
    member.send({ type: "UNREGISTERED", request, details: undefined });
  }

  leave(member: Member): void {
    for (const registration of this.#byId.values()) this.#remove(member, registration);
  }

  #requireFeatures(match: MatchPolicy, invoke: InvocationPolicy, force: boolean): void {
    const refuse = (what: string): never => {
      throw new Refusal("wamp.error.option_not_allowed", `this router has no ${what}`);
    };
    if (match !== "exact" && !this.#features.pattern_based_registration)
      refuse("pattern-based registrations");
    if (invoke !== "single" && !this.#features.shared_registration) refuse("shared registrations");
    if (force && !this.#features.registration_revocation) refuse("registration revocation");
  }

  /** Returns the registration that another callee may join, if there is one. Throws the `Refusal` if it may not. */
  #joinable(procedure: string, match: MatchPolicy, invoke: InvocationPolicy): Registration | undefined {
    const registration = this.#byProcedure.get(match, procedure);
    if (registration === undefined) return undefined;
    if (registration.invoke === "single") {
      throw new Refusal("wamp.error.procedure_already_exists", `${procedure} is already registered`);
    }
    if (registration.invoke !== invoke) {
      throw new Refusal(
        "wamp.error.procedure_exists_with_different_invocation_policy",
        `${procedure} is registered with the policy ${registration.invoke}, not ${invoke}`,
      );
    }
    return registration;
  }

  /** Revokes a registration of all its callees (WAMP, "Registration Revocation"). */
  #displace(registration: Registration | undefined): void {
    if (registration === undefined) return;
    this.#forget(registration);
    for (const { member } of registration.callees) {
      if (!member.supports("callee", "registration_revocation")) continue;
      const details = { registration: registration.id, reason: "wamp.error.unregistered" };
      // Not an answer to a request, so the request id is 0.
      member.send({ type: "UNREGISTERED", request: 0 as Unregister["request"], details });
    }
  }

  #create(procedure: string, match: MatchPolicy, invoke: InvocationPolicy): Registration {
    const id = this.#environment.randomId() as WireRegistrationId;
    const registration = new Registration(id, procedure, match, invoke);
    this.#byProcedure.set(match, procedure, registration);
    this.#byId.set(registration.id, registration);
    return registration;
  }

  #remove(member: Member, registration: Registration): void {
    registration.remove(member);
    if (registration.callees.length === 0) this.#forget(registration);
  }

  #forget(registration: Registration): void {
    this.#byProcedure.delete(registration.match, registration.procedure);
    this.#byId.delete(registration.id);
  }
}
