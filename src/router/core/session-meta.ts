import type { Arguments } from "../../codec/serializer.js";
import type { Call } from "../../protocol/messages.js";
import type { Dict } from "../../protocol/dict.js";
import type { Member } from "./member.js";
import { Refusal } from "./refusal.js";
import { show } from "./values.js";

/** Answers calls about the sessions of a realm (WAMP, "Session Meta API"). */
export class SessionMeta {
  readonly #members: ReadonlyMap<number, Member>;

  constructor(members: ReadonlyMap<number, Member>) {
    this.#members = members;
  }

  /** Answers a call of a meta procedure; returns false if there is none with that name. Throws `Refusal`. */
  call(caller: Member, { request, procedure, payload }: Call): boolean {
    const compute = this.#procedure(procedure);
    if (compute === undefined) return false;
    const result = compute(decodeArguments(caller, payload).args);
    caller.send({
      type: "RESULT",
      request,
      details: {},
      payload: caller.serializer.encodePayload([result]),
    });
    return true;
  }

  #procedure(name: string): ((args: readonly unknown[]) => unknown) | undefined {
    switch (name) {
      case "wamp.session.count":
        return ([roles]) => this.#ids(roles).length;
      case "wamp.session.list":
        return ([roles]) => this.#ids(roles);
      case "wamp.session.get":
        return ([id]) => this.#details(id);
      default:
        return undefined;
    }
  }

  #ids(roles: unknown): readonly number[] {
    if (roles !== undefined && roles !== null && !Array.isArray(roles)) {
      throw new Refusal("wamp.error.invalid_argument", `authroles must be a list, got ${show(roles)}`);
    }
    const members = [...this.#members.values()];
    const wanted = Array.isArray(roles)
      ? members.filter((member) => roles.includes(member.identity.authrole))
      : members;
    return wanted.map((member) => member.id);
  }

  #details(id: unknown): Dict {
    const member = typeof id === "number" ? this.#members.get(id) : undefined;
    if (member === undefined) throw new Refusal("wamp.error.no_such_session", `no session ${show(id)}`);
    return sessionDetails(member);
  }
}

/** Describes a session for `wamp.session.on_join` and `wamp.session.get`. */
export function sessionDetails({ id, identity, subprotocol }: Member): Dict {
  return { session: id, ...identity, transport: { type: "websocket", protocol: subprotocol } };
}

/** Decodes the arguments of a call that the router itself answers. Throws `Refusal`. */
export function decodeArguments(caller: Member, payload: Call["payload"]): Arguments {
  try {
    return caller.serializer.decodePayload(payload);
  } catch (error) {
    throw new Refusal("wamp.error.invalid_argument", `the arguments cannot be decoded: ${String(error)}`);
  }
}
