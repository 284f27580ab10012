import type { Codecs } from "../codec/codecs.js";
import type { Frame, Serializer } from "../codec/serializer.js";
import type { Subprotocol } from "../codec/subprotocols.js";
import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import type { SerializerName } from "../protocol/payload.js";
import { toRaw } from "../protocol/write-message.js";
import { errorText } from "./disconnection.js";
import type { Socket, SocketFactory } from "./environment.js";
import { byteLength } from "./gate/message-size.js";

/** Receives the events of a message socket; none follows `closed` or `MessageSocket.close`. */
export interface MessageSocketEvents {
  /** The socket is open, with one of the offered subprotocols. */
  opened(): void;
  /** @param serializer the serializer of the subprotocol that the router chose */
  received(message: RouterMessage, serializer: Serializer): void;
  /** The serializer of the subprotocol that the router chose could not be loaded. */
  notLoaded(serializer: SerializerName, reason: string): void;
  /** The router chose a subprotocol that was not offered, or sent data that is not a message. */
  violated(words: string): void;
  /** The socket closed, or did not open. */
  closed(wasOpen: boolean, code: number, reason: string): void;
}

/** The only close code of RFC 6455 that a browser allows scripts to use. */
const NORMAL_CLOSURE = 1000;

/** Carries messages over one WebSocket: negotiates the subprotocol, and encodes, decodes and counts messages. */
export class MessageSocket {
  #socket: Socket | undefined;
  #chosen: { readonly subprotocol: Subprotocol; readonly serializer: Serializer } | undefined;
  /** Number of messages, not of frames. */
  sent = 0;
  received = 0;

  /**
   * Opens a socket. Throws for a URL that the browser refuses.
   * @param offered subprotocols in order of preference; the serializer of the one that the router chooses is loaded
   */
  constructor(
    sockets: SocketFactory,
    url: string,
    offered: readonly Subprotocol[],
    codecs: Codecs,
    private readonly events: MessageSocketEvents,
  ) {
    const names = offered.map(({ name }) => name);
    this.#socket = sockets.open(url, names, {
      opened: (name) => {
        const subprotocol = offered.find((offer) => offer.name === name);
        if (subprotocol === undefined) {
          this.#violated(`The router chose the subprotocol "${name}", which was not offered`);
        } else {
          const serializer = codecs.find(subprotocol.serializer);
          if (serializer === undefined) void this.#load(subprotocol, codecs);
          else this.#choose(subprotocol, serializer);
        }
      },
      received: (frame) => {
        this.#receive(frame);
      },
      closed: (code, reason) => {
        if (this.#socket === undefined) return;
        this.#socket = undefined;
        events.closed(this.#chosen !== undefined, code, reason);
      },
    });
  }

  /** Bytes passed to the socket that have not been transmitted. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /**
   * Writes a message, or drops it when the socket is not open.
   * @param sizeLimit the bytes of the biggest message that may be written
   * @returns the size of a message that was bigger, and was not written; otherwise undefined
   */
  send(message: ClientMessage, sizeLimit = Infinity): number | undefined {
    if (this.#socket === undefined || this.#chosen === undefined) return undefined;
    const { subprotocol, serializer } = this.#chosen;
    const encoded = serializer.encode(toRaw(message));
    const size = byteLength(encoded, sizeLimit);
    if (size > sizeLimit) return size;
    this.#socket.send(subprotocol.framing.join([encoded]));
    this.sent += 1;
    return undefined;
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(NORMAL_CLOSURE, "");
  }

  async #load(subprotocol: Subprotocol, codecs: Codecs): Promise<void> {
    let serializer: Serializer;
    try {
      serializer = await codecs.load(subprotocol.serializer);
    } catch (error) {
      if (this.#socket !== undefined) this.events.notLoaded(subprotocol.serializer, errorText(error));
      return;
    }
    this.#choose(subprotocol, serializer);
  }

  #choose(subprotocol: Subprotocol, serializer: Serializer): void {
    if (this.#socket === undefined) return;
    this.#chosen = { subprotocol, serializer };
    this.events.opened();
  }

  #receive(frame: Frame): void {
    if (this.#chosen === undefined) return;
    const { subprotocol, serializer } = this.#chosen;
    let messages: readonly Frame[];
    try {
      messages = subprotocol.framing.split(frame);
    } catch (error) {
      this.#violated(errorText(error));
      return;
    }
    for (const message of messages) this.#receiveOne(message, serializer);
  }

  #receiveOne(encoded: Frame, serializer: Serializer): void {
    // An earlier message in the same frame may have ended the connection.
    if (this.#socket === undefined) return;
    this.received += 1;
    let message: RouterMessage;
    try {
      message = parseRouterMessage(serializer.decode(encoded));
    } catch (error) {
      this.#violated(errorText(error));
      return;
    }
    this.events.received(message, serializer);
  }

  #violated(words: string): void {
    if (this.#socket !== undefined) this.events.violated(words);
  }
}
