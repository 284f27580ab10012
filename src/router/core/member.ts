import type { Serializer } from "../../codec/serializer.js";
import type { RequestName } from "../../protocol/messages.js";
import type { Dict } from "../../protocol/dict.js";
import type { WampSessionId, WireRequestId } from "../../protocol/ids.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import { announces } from "./message-options.js";
import type { Role } from "./message-options.js";
import type { Transport } from "./transport.js";

/** Identity of a session, as in WELCOME. */
export interface Identity {
  readonly authid: string;
  readonly authrole: string;
  readonly authmethod: string;
  readonly authprovider: string;
  readonly authextra?: Dict;
}

/** An established session, as seen by the broker and the dealer of its realm. */
export class Member {
  readonly id: WampSessionId;
  readonly identity: Identity;
  #lastInvocation = 0;
  readonly #transport: Transport;
  readonly #hello: Dict;

  constructor(id: WampSessionId, identity: Identity, hello: Dict, transport: Transport) {
    this.id = id;
    this.identity = identity;
    this.#hello = hello;
    this.#transport = transport;
  }

  get serializer(): Serializer {
    return this.#transport.serializer;
  }

  get subprotocol(): string {
    return this.#transport.subprotocol.name;
  }

  /** Tells whether HELLO announced a feature of a role. */
  supports(role: Role, feature: string): boolean {
    return announces(this.#hello, role, feature);
  }

  /** Transcodes a payload for this session. Throws `DecodeError` or `EncodeError`. */
  convert(payload: Payload): Payload {
    return this.#transport.convert(payload);
  }

  send(message: RouterMessage): void {
    this.#transport.send(message);
  }

  sendError(requestType: RequestName, request: WireRequestId, error: string, text: string): void {
    const payload = this.serializer.encodePayload([text]);
    this.send({ type: "ERROR", requestType, request, details: {}, error, payload });
  }

  /** Returns the id of this callee's next INVOCATION. Session scope: 1, 2, 3, … (WAMP, "IDs"). */
  nextInvocation(): WireRequestId {
    return ++this.#lastInvocation as WireRequestId;
  }
}
