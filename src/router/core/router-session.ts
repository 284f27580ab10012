import type { Dict } from "../../protocol/dict.js";
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
import type { Behaviour } from "./behaviour.js";
import type { Environment } from "./environment.js";
import { announcedRoles } from "./features.js";
import { Member } from "./member.js";
import type { Identity } from "./member.js";
import type { Realm } from "./realm.js";
import { Refusal } from "./refusal.js";
import type { CoreSettings } from "./settings.js";
import type { Transport } from "./transport.js";
import { isDict, show } from "./values.js";

type Request = Call | Publish | Subscribe | Unsubscribe | Register | Unregister;

interface Entry {
  readonly realm: Realm;
  readonly hello: Hello;
}

type State =
  | { readonly name: "new" }
  | {
      readonly name: "challenged";
      readonly entry: Entry;
      readonly check: (signature: string, extra: Dict) => Verdict | Promise<Verdict>;
    }
  /** HELLO or the answer to CHALLENGE is being judged. */
  | { readonly name: "judging" }
  | { readonly name: "established"; readonly realm: Realm; readonly member: Member }
  /** The router sent GOODBYE first and is waiting for the client's. */
  | { readonly name: "closing" }
  | { readonly name: "closed" };

const PROTOCOL_ERROR = 1002;
const NORMAL = 1000;

/** The session of one connection from HELLO to its end, as seen by the router (WAMP, "Sessions"). */
export class RouterSession {
  #state: State = { name: "new" };
  #lastRequest = 0;
  #id: WampSessionId | undefined;
  readonly #transport: Transport;
  readonly #realms: ReadonlyMap<string, Realm>;
  readonly #settings: CoreSettings;
  readonly #environment: Environment;
  readonly #behaviour: Behaviour;

  constructor(
    transport: Transport,
    realms: ReadonlyMap<string, Realm>,
    settings: CoreSettings,
    environment: Environment,
    behaviour: Behaviour,
  ) {
    this.#transport = transport;
    this.#realms = realms;
    this.#settings = settings;
    this.#environment = environment;
    this.#behaviour = behaviour;
  }

  /** The id, from WELCOME on and even after the session is closed. */
  get id(): WampSessionId | undefined {
    return this.#id;
  }

  /** The session in its realm, while it is established. */
  get established(): { readonly realm: Realm; readonly member: Member } | undefined {
    return this.#state.name === "established" ? this.#state : undefined;
  }

  /** Handles a message from the client. Throws `ProtocolError`, in response to which the host calls {@link violated}. */
  received(message: ClientMessage): void {
    switch (this.#state.name) {
      case "new":
        if (message.type === "HELLO") this.#hello(message);
        else if (message.type === "ABORT") this.#end(NORMAL);
        else throw new ProtocolError(`${message.type} before HELLO`);
        return;
      case "challenged":
        if (message.type === "AUTHENTICATE")
          this.#judge(this.#state.check(message.signature, message.extra), this.#state.entry);
        else if (message.type === "ABORT") this.#end(NORMAL);
        else throw new ProtocolError(`${message.type} in answer to CHALLENGE`);
        return;
      case "judging":
        if (message.type === "ABORT") this.#end(NORMAL);
        else throw new ProtocolError(`${message.type} before WELCOME`);
        return;
      case "established":
        this.#established(this.#state.realm, this.#state.member, message);
        return;
      case "closing":
        if (message.type === "GOODBYE" || message.type === "ABORT") this.#end(NORMAL);
        return;
      case "closed":
        return;
    }
  }

  /** Records a message that a test answers instead of the router, because its request id counts. Throws `ProtocolError`. */
  skip(message: ClientMessage): void {
    if (isRequest(message)) this.#countRequest(message);
  }

  /** Aborts the session because of a message that violates the protocol. */
  violated(error: ProtocolError): void {
    this.#abort("wamp.error.protocol_violation", error.message, PROTOCOL_ERROR);
  }

  /** Ends the session because the connection is closed. */
  closed(): void {
    this.#leave({ name: "closed" });
  }

  /** Sends GOODBYE first; the connection is closed when the client has answered. */
  goodbye(reason: string): void {
    if (this.#state.name !== "established") return;
    this.#transport.send({ type: "GOODBYE", details: {}, reason });
    this.#leave({ name: "closing" });
  }

  #hello(hello: Hello): void {
    const { abortReason } = this.#behaviour;
    if (abortReason !== undefined) {
      this.#behaviour.abortReason = undefined;
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
    const { cookie } = this.#transport;
    const known = cookie === undefined ? undefined : realm.logins.get(cookie);
    this.#judge(authenticate(hello.details, this.#settings, this.#environment, known), { realm, hello });
  }

  #judge(verdict: Verdict | Promise<Verdict>, entry: Entry): void {
    // Not async: what needs no time must be answered at once.
    if (!(verdict instanceof Promise)) return this.#admit(verdict, entry);
    const judging = { name: "judging" } as const;
    this.#state = judging;
    verdict
      .then((outcome) => {
        if (this.#state === judging) this.#admit(outcome, entry);
      })
      .catch((error: unknown) => {
        // The client does not get the error of the application's function, which may quote a secret.
        this.#settings.log(`authentication failed: ${String(error)}`);
        if (this.#state.name !== "closed")
          this.#abort("wamp.error.authentication_failed", "the authenticator has failed", NORMAL);
      });
  }

  #admit(verdict: Verdict, entry: Entry): void {
    switch (verdict.kind) {
      case "admitted":
        this.#welcome(verdict.identity, entry);
        return;
      case "challenge":
        this.#state = { name: "challenged", entry, check: verdict.check };
        this.#transport.send({ type: "CHALLENGE", method: verdict.method, extra: verdict.extra });
        return;
      case "refused":
        this.#abort(verdict.reason, verdict.message, NORMAL);
        return;
    }
  }

  #welcome(identity: Identity, { realm, hello }: Entry): void {
    const session = this.#environment.randomId() as WampSessionId;
    const member = new Member(session, identity, hello.details, this.#transport);
    const { cookie } = this.#transport;
    if (cookie !== undefined && identity.authmethod !== "anonymous") realm.logins.set(cookie, identity);
    this.#id = session;
    this.#state = { name: "established", realm, member };
    const details = {
      realm: realm.name,
      ...identity,
      roles: announcedRoles(this.#settings.features),
      agent: "wamp-mux development router",
    };
    this.#transport.send({ type: "WELCOME", session, details });
    realm.join(member);
  }

  #established(realm: Realm, member: Member, message: ClientMessage): void {
    if (isRequest(message)) {
      this.#request(realm, member, message);
      return;
    }
    switch (message.type) {
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
        this.#transport.send({ type: "GOODBYE", details: {}, reason: "wamp.close.goodbye_and_out" });
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
    this.#countRequest(message);
    try {
      serve(realm, member, message);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#settings.log(`${message.type} of session ${member.id} refused: ${error.uri}, ${error.message}`);
      // A publication without `acknowledge` is never answered (WAMP, "Publishing").
      if (message.type === "PUBLISH" && message.options["acknowledge"] !== true) return;
      member.sendError(message.type, message.request, error.uri, error.message);
    }
  }

  #countRequest({ type, request }: Request): void {
    // Session scope ids of a client are 1, 2, 3, … (WAMP, "IDs"); strict routers end the session for any other id.
    if (request !== this.#lastRequest + 1) {
      throw new ProtocolError(`${type} with request id ${request}, expected ${this.#lastRequest + 1}`);
    }
    this.#lastRequest++;
  }

  #abort(reason: string, message: string, code: number): void {
    this.#settings.log(`ABORT ${reason}: ${message}`);
    this.#transport.send({ type: "ABORT", details: { message }, reason });
    this.#end(code);
  }

  #end(code: number): void {
    this.#leave({ name: "closed" });
    this.#transport.close(code);
  }

  #leave(next: State): void {
    const state = this.#state;
    this.#state = next;
    if (state.name === "established") state.realm.leave(state.member);
  }
}

function isRequest(message: ClientMessage): message is Request {
  const names: string[] = ["CALL", "PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE", "REGISTER", "UNREGISTER"];
  return names.includes(message.type);
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
