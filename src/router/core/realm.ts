import { jsonPayloads } from "../../codec/json-payload.js";
import type { Call } from "../../protocol/messages.js";
import type { Behaviour } from "./behaviour.js";
import { Broker } from "./broker/broker.js";
import type { HistoryMeta } from "./broker/history-meta.js";
import { Dealer } from "./dealer/dealer.js";
import { Registry } from "./dealer/registry.js";
import type { Environment } from "./environment.js";
import type { Identity, Member } from "./member.js";
import { SessionMeta, sessionDetails } from "./session-meta.js";
import { Refusal } from "./refusal.js";
import type { CoreSettings } from "./settings.js";
import { isReserved } from "./uri-rules.js";

/** The sessions of one realm with their broker and dealer; no message passes from one realm to another. */
export class Realm {
  readonly name: string;
  readonly broker: Broker;
  readonly dealer: Dealer;
  readonly registry: Registry;
  /** The identities that browsers have proved, by their cookies. */
  readonly logins = new Map<string, Identity>();
  readonly #members = new Map<number, Member>();
  readonly #meta: SessionMeta | undefined;
  readonly #history: HistoryMeta | undefined;

  constructor(name: string, settings: CoreSettings, environment: Environment, behaviour: Behaviour) {
    const { features, eventHistory } = settings;
    this.name = name;
    this.broker = new Broker(settings, environment, behaviour);
    this.registry = new Registry(features, environment);
    this.dealer = new Dealer(this.registry, features, environment);
    this.#meta = features.session_meta_api ? new SessionMeta(this.#members) : undefined;
    this.#history = features.event_history ? this.broker.historyMeta(eventHistory.form) : undefined;
  }

  /** The established sessions by their id, in the order in which they joined. */
  get members(): ReadonlyMap<number, Member> {
    return this.#members;
  }

  join(member: Member): void {
    this.#members.set(member.id, member);
    this.#announce("wamp.session.on_join", [sessionDetails(member)]);
  }

  leave(member: Member): void {
    this.#members.delete(member.id);
    this.broker.leave(member);
    this.dealer.leave(member);
    const { authid, authrole } = member.identity;
    this.#announce("wamp.session.on_leave", [member.id, authid, authrole]);
  }

  call(caller: Member, call: Call): void {
    if (this.#meta?.call(caller, call) === true || this.#history?.call(caller, call) === true) return;
    if (isReserved(call.procedure)) {
      // A matching pattern does not apply: no session may answer in the router's name.
      throw new Refusal("wamp.error.no_such_procedure", `this router has no ${call.procedure}`);
    }
    this.dealer.call(caller, call);
  }

  #announce(topic: string, args: readonly unknown[]): void {
    if (this.#meta !== undefined) this.broker.announce(topic, jsonPayloads.encodePayload(args));
  }
}
