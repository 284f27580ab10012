import type { Codecs } from "../codec/codecs.js";
import { createFraming } from "../codec/framing.js";
import type { Framing } from "../codec/framing.js";
import type { Serializer } from "../codec/serializer.js";
import { subprotocolsOf } from "../codec/subprotocols.js";
import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import type { WampSessionId } from "../protocol/ids.js";
import type { Dict } from "../protocol/dict.js";
import { parseClientMessage } from "../protocol/parse-client-message.js";
import { toRaw } from "../protocol/write-message.js";
import type { Socket, SocketEvents, SocketFactory } from "../connection/environment.js";

/** Roles and features of a router that supports every feature that the hub uses. */
export const WELCOME_DETAILS: Dict = {
  roles: {
    broker: {
      features: {
        publisher_identification: true,
        publisher_exclusion: true,
        pattern_based_subscription: true,
        subscriber_blackwhite_listing: true,
        event_retention: true,
        payload_passthru_mode: true,
        subscription_revocation: true,
      },
    },
    dealer: {
      features: {
        caller_identification: true,
        call_canceling: true,
        call_timeout: true,
        payload_passthru_mode: true,
        progressive_call_results: true,
        pattern_based_registration: true,
        shared_registration: true,
        registration_revocation: true,
      },
    },
  },
};

/** Both ends of a fake WebSocket: the hub holds it as a `Socket`, the test plays the router with the other methods. */
export class FakeSocket implements Socket {
  /** The messages that the hub has sent. */
  readonly sent: ClientMessage[] = [];
  /** Number of frames that the hub has sent. */
  frames = 0;
  /** The ends of the batches of text that the hub has sent. */
  readonly endings: string[] = [];
  /** Number of bytes that the socket pretends to have buffered. */
  bufferedAmount = 0;
  /** Arguments of the hub's call of `close`. */
  closedByHub: { readonly code: number } | undefined;
  /** Called with each message from the hub, so that a test can answer like a router. */
  onMessage: ((message: ClientMessage, socket: this) => void) | undefined;
  /** Called when the socket ends, on either side. */
  onClosed: (() => void) | undefined;
  #state: "connecting" | "open" | "closed" = "connecting";
  #serializer: Serializer | undefined;
  /** Undefined with a plain subprotocol. */
  #framing: Framing | undefined;
  #fenced: (() => void)[] | undefined;

  constructor(
    readonly url: string,
    readonly subprotocols: readonly string[],
    private readonly events: SocketEvents,
    readonly codecs: Codecs,
  ) {}

  get state(): "connecting" | "open" | "closed" {
    return this.#state;
  }

  // The hub's end

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state === "connecting") throw new Error("send before the socket is open");
    // As with a real WebSocket, messages sent after the end are silently lost.
    if (this.#state === "closed" || this.closedByHub !== undefined || this.#serializer === undefined) return;
    this.frames += 1;
    if (this.#framing !== undefined && typeof frame === "string")
      this.endings.push(frame.slice(frame.lastIndexOf("]") + 1));
    for (const encoded of this.#framing?.split(frame) ?? [frame]) {
      const message = parseClientMessage(this.#serializer.decode(encoded));
      this.sent.push(message);
      this.onMessage?.(message, this);
    }
  }

  close(code: number): void {
    if (this.closedByHub !== undefined || this.#state === "closed") return;
    this.closedByHub = { code };
    this.#end(this.#state === "open" ? code : 1006, "");
  }

  // The router's end

  /** Completes the WebSocket handshake; by default with the first plain subprotocol that is offered. */
  accept(subprotocol = this.subprotocols.find((name) => !name.endsWith(".batched")) ?? ""): void {
    if (this.#state !== "connecting") throw new Error(`accept on a socket that is ${this.#state}`);
    this.#state = "open";
    const [, spoken = ""] = /^wamp\.2\.([^.]+)/.exec(subprotocol) ?? [];
    const chosen = subprotocolsOf([spoken]).find(({ name }) => name === subprotocol);
    this.#serializer = chosen && this.codecs.get(chosen.serializer);
    if (chosen?.batched === true) this.#framing = createFraming(this.serializer);
    this.#deliver(() => {
      this.events.opened(subprotocol);
    });
  }

  /** The serializer of the subprotocol that was accepted. */
  get serializer(): Serializer {
    if (this.#serializer === undefined) throw new Error("the socket has no subprotocol");
    return this.#serializer;
  }

  /** Sends messages: with a batched subprotocol in one frame. */
  receive(...messages: readonly RouterMessage[]): void {
    const encoded = messages.map((message) => this.serializer.encode(toRaw(message)));
    if (this.#framing !== undefined) this.receiveRaw(this.#framing.join(encoded));
    else for (const frame of encoded) this.receiveRaw(frame);
  }

  receiveRaw(frame: string | Uint8Array): void {
    if (this.#state === "closed") return;
    this.#deliver(() => {
      this.events.received(frame);
    });
  }

  /** Sends WELCOME, after `accept` and HELLO. */
  welcome(session: number, details: Dict = WELCOME_DETAILS): void {
    this.receive({ type: "WELCOME", session: session as WampSessionId, details });
  }

  /** Ends the connection in any state; without a code, as if the network were lost. */
  drop(code = 1006, reason = ""): void {
    this.#end(code, reason);
  }

  /** Holds messages and events to the hub back until the returned function is called. */
  fence(): () => void {
    const held: (() => void)[] = [];
    this.#fenced = held;
    return () => {
      if (this.#fenced !== held) return;
      this.#fenced = undefined;
      for (const delivery of held) this.#deliver(delivery);
    };
  }

  #end(code: number, reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.onClosed?.();
    this.#deliver(() => {
      this.events.closed(code, reason);
    });
  }

  #deliver(delivery: () => void): void {
    if (this.#fenced !== undefined) this.#fenced.push(delivery);
    else void Promise.resolve().then(delivery);
  }
}

export class FakeSocketFactory implements SocketFactory {
  /** All sockets that were ever opened, in order. */
  readonly all: FakeSocket[] = [];
  /** Called with each new socket, so that a test can play a router that is always available. */
  onOpen: ((socket: FakeSocket) => void) | undefined;
  /** Error that `open` throws, if set. */
  refusal: Error | undefined;

  constructor(readonly codecs: Codecs) {}

  open(url: string, subprotocols: readonly string[], events: SocketEvents): FakeSocket {
    if (this.refusal !== undefined) throw this.refusal;
    const socket = new FakeSocket(url, subprotocols, events, this.codecs);
    this.all.push(socket);
    this.onOpen?.(socket);
    return socket;
  }

  /** Returns the newest socket. */
  last(): FakeSocket {
    const socket = this.all.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  /** Number of sockets that are connecting or open. */
  get living(): number {
    return this.all.filter((socket) => socket.state !== "closed").length;
  }
}
