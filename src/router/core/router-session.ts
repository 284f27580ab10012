import { ProtocolError } from "../../protocol/errors.js";
import type { WampSessionId } from "../../protocol/ids.js";
import type {
  Call,
  ClientMessage,
  Hello,
  Publish,
  Register,
  Subscribe,
  Unregister,
  Unsubscribe,
} from "../../protocol/messages.js";
import { authenticate } from "./authentication.js";
import type { Verdict } from "./authentication.js";
import type { Connection, ConnectionListener } from "../server/connection.js";
import type { FaultState } from "./fault-state.js";
import { announcedRoles } from "./features.js";
import { Member } from "./member.js";
import type { Identity } from "./member.js";
import type { Settings } from "../server/options.js";
import { randomId } from "./random-id.js";
import type { Realm } from "./realm.js";
import { Refusal } from "./refusal.js";
import { isDict, show } from "./values.js";

type Request = Call | Publish | Subscribe | Unsubscribe | Register | Unregister;

interface Entry {
  readonly realm: Realm;
  readonly hello: Hello;
}

type State =
  | { readonly name: "new" }
  | { readonly name: "challenged"; readonly entry: Entry; readonly check: (signature: string) => Verdict }
  | { readonly name: "established"; readonly realm: Realm; readonly member: Member }
  /** GOODBYE went out first, the client's is awaited. */
  | { readonly name: "closing" }
  | { readonly name: "over" };

const PROTOCOL_ERROR = 1002;
const NORMAL = 1000;

/** One connection's way from HELLO to the end, as the router sees it (WAMP, "Sessions"). */
export class RouterSession implements ConnectionListener {
  #state: State = { name: "new" };
  #lastRequest = 0;
  readonly #connection: Connection;
  readonly #realms: ReadonlyMap<string, Realm>;
  readonly #settings: Settings;
  readonly #faults: FaultState;

  constructor(
    connection: Connection,
    realms: ReadonlyMap<string, Realm>,
    settings: Settings,
    faults: FaultState,
  ) {
    this.#connection = connection;
    this.#realms = realms;
    this.#settings = settings;
    this.#faults = faults;
  }

  received(message: ClientMessage): void {
    switch (this.#state.name) {
      case "new":
        if (message.type === "HELLO") this.#hello(message);
        else if (message.type === "ABORT") this.#end(NORMAL);
        else throw new ProtocolError(`${message.type} before HELLO`);
        return;
      case "challenged":
        if (message.type === "AUTHENTICATE")
          this.#judge(this.#state.check(message.signature), this.#state.entry);
        else if (message.type === "ABORT") this.#end(NORMAL);
        else throw new ProtocolError(`${message.type} in answer to CHALLENGE`);
        return;
      case "established":
        this.#established(this.#state.realm, this.#state.member, message);
        return;
      case "closing":
        if (message.type === "GOODBYE" || message.type === "ABORT") this.#end(NORMAL);
        return;
      case "over":
        return;
    }
  }

  violated(error: ProtocolError): void {
    this.#abort("wamp.error.protocol_violation", error.message, PROTOCOL_ERROR);
  }

  closed(): void {
    this.#leave({ name: "over" });
  }

  /** Says GOODBYE first; the socket is closed when the client has answered. */
  goodbye(reason: string): void {
    if (this.#state.name !== "established") return;
    this.#connection.send({ type: "GOODBYE", details: {}, reason });
    this.#leave({ name: "closing" });
  }

  #hello(hello: Hello): void {
    const abortReason = this.#faults.abortReason;
    if (abortReason !== undefined) {
      this.#faults.abortReason = undefined;
      this.#abort(abortReason, "the router was told to refuse this session", NORMAL);
      return;
    }
    const realm = this.#realms.get(hello.realm);
    if (realm === undefined) {
      this.#abort("wamp.error.no_such_realm", `there is no realm ${show(hello.realm)}`, NORMAL);
      return;
    }
    const roles = hello.details["roles"];
    if (!isDict(roles) || Object.keys(roles).length === 0) {
      throw new ProtocolError(`HELLO.Details.roles must name at least one role, got ${show(roles)}`);
    }
    this.#judge(authenticate(hello.details, this.#settings), { realm, hello });
  }

  #judge(verdict: Verdict, entry: Entry): void {
    switch (verdict.kind) {
      case "admitted":
        this.#welcome(verdict.identity, entry);
        return;
      case "challenge":
        this.#state = { name: "challenged", entry, check: verdict.check };
        this.#connection.send({ type: "CHALLENGE", method: verdict.method, extra: {} });
        return;
      case "refused":
        this.#abort(verdict.reason, verdict.message, NORMAL);
        return;
    }
  }

  #welcome(identity: Identity, { realm, hello }: Entry): void {
    const session = randomId() as WampSessionId;
    const member = new Member(session, identity, hello.details, this.#connection);
    this.#connection.session = session;
    this.#state = { name: "established", realm, member };
    const details = {
      realm: realm.name,
      ...identity,
      roles: announcedRoles(this.#settings.features),
      agent: "wamp-mux development router",
    };
    this.#connection.send({ type: "WELCOME", session, details });
    realm.join(member);
  }

  #established(realm: Realm, member: Member, message: ClientMessage): void {
    switch (message.type) {
      case "CALL":
      case "PUBLISH":
      case "SUBSCRIBE":
      case "UNSUBSCRIBE":
      case "REGISTER":
      case "UNREGISTER":
        this.#request(realm, member, message);
        return;
      case "CANCEL":
        realm.dealer.cancel(member, message);
        return;
      case "YIELD":
        realm.dealer.yield(member, message);
        return;
      case "ERROR":
        realm.dealer.error(member, message);
        return;
      case "GOODBYE":
        this.#connection.send({ type: "GOODBYE", details: {}, reason: "wamp.close.goodbye_and_out" });
        this.#end(NORMAL);
        return;
      case "ABORT":
        this.#end(NORMAL);
        return;
      case "HELLO":
      case "AUTHENTICATE":
        throw new ProtocolError(`${message.type} in an established session`);
    }
  }

  #request(realm: Realm, member: Member, message: Request): void {
    // Session scope ids of a client are 1, 2, 3, … (WAMP, "IDs"); strict routers end the session for any other.
    if (message.request !== this.#lastRequest + 1) {
      throw new ProtocolError(
        `${message.type} with request id ${message.request}, expected ${this.#lastRequest + 1}`,
      );
    }
    this.#lastRequest++;
    try {
      serve(realm, member, message);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#settings.log(`${message.type} of session ${member.id} refused: ${error.uri}, ${error.message}`);
      // Without `acknowledge` a publication is not answered, whatever becomes of it (WAMP, "Publishing").
      if (message.type === "PUBLISH" && message.options["acknowledge"] !== true) return;
      member.sendError(message.type, message.request, error.uri, error.message);
    }
  }

  #abort(reason: string, message: string, code: number): void {
    this.#settings.log(`ABORT ${reason}: ${message}`);
    this.#connection.send({ type: "ABORT", details: { message }, reason });
    this.#end(code);
  }

  #end(code: number): void {
    this.#leave({ name: "over" });
    this.#connection.close(code);
  }

  #leave(next: State): void {
    const state = this.#state;
    this.#state = next;
    if (state.name === "established") state.realm.leave(state.member);
  }
}

function serve(realm: Realm, member: Member, message: Request): void {
  switch (message.type) {
    case "CALL":
      realm.call(member, message);
      return;
    case "PUBLISH":
      realm.broker.publish(member, message);
      return;
    case "SUBSCRIBE":
      realm.broker.subscribe(member, message);
      return;
    case "UNSUBSCRIBE":
      realm.broker.unsubscribe(member, message);
      return;
    case "REGISTER":
      realm.registry.register(member, message);
      return;
    case "UNREGISTER":
      realm.registry.unregister(member, message);
      return;
  }
}
