import type { Serializer } from "../../codec/serializer.js";
import type { RequestName } from "../../protocol/codes.js";
import type { Dict } from "../../protocol/dict.js";
import type { WampSessionId, WireRequestId } from "../../protocol/ids.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { Connection } from "../server/connection.js";
import type { Broadcast } from "./frames.js";
import type { Invocation } from "./dealer/invocation.js";
import { announces } from "./message-options.js";

/** Who a session is. */
export interface Identity {
  readonly authid: string;
  readonly authrole: string;
  readonly authmethod: string;
  readonly authprovider: string;
}

/** An established session, as the broker and the dealer of its realm see it. */
export class Member {
  readonly id: WampSessionId;
  readonly identity: Identity;
  /** Calls that wait for their result, by the caller's request id. */
  readonly calls = new Map<WireRequestId, Invocation>();
  /** Invocations that this callee has not answered, by the id that the router gave them. */
  readonly invocations = new Map<WireRequestId, Invocation>();
  #invocationIds = 0;
  readonly #connection: Connection;
  readonly #hello: Dict;

  constructor(id: WampSessionId, identity: Identity, hello: Dict, connection: Connection) {
    this.id = id;
    this.identity = identity;
    this.#hello = hello;
    this.#connection = connection;
  }

  get serializer(): Serializer {
    return this.#connection.serializer;
  }

  get subprotocol(): string {
    return this.#connection.subprotocol.name;
  }

  supports(role: "caller" | "callee" | "subscriber", feature: string): boolean {
    return announces(this.#hello, role, feature);
  }

  send(message: RouterMessage): void {
    this.#connection.send(message);
  }

  sendShared(broadcast: Broadcast): void {
    this.#connection.sendShared(broadcast);
  }

  sendError(requestType: RequestName, request: WireRequestId, error: string, text: string): void {
    const payload = this.serializer.encodePayload([text]);
    this.send({ type: "ERROR", requestType, request, details: {}, error, payload });
  }

  /** Session scope: 1, 2, 3, … for each callee (WAMP, "IDs"). */
  nextInvocation(): WireRequestId {
    return ++this.#invocationIds as WireRequestId;
  }
}
