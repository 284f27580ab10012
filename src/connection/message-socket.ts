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
  /**
   * The socket is open, with one of the offered subprotocols.
   * @param serializer the serializer of the subprotocol that the router chose
   */
  opened(serializer: Serializer): void;
  received(message: RouterMessage): void;
  /** The serializer of the subprotocol that the router chose could not be loaded. */
  notLoaded(serializer: SerializerName, reason: string): void;
  /** The router chose a subprotocol that was not offered, or sent data that is not a message. */
  violated(words: string): void;
  /** The socket closed, or did not open. */
  closed(wasOpen: boolean, code: number, reason: string): void;
}

/** Carries messages over one WebSocket: negotiates the subprotocol, and encodes, decodes and counts messages. */
export interface MessageSocket {
  /** Number of messages. */
  readonly sent: number;
  readonly received: number;
  /** Bytes passed to the socket that have not been transmitted. */
  readonly bufferedAmount: number;
  /**
   * Writes a message, or drops it when the socket is not open.
   * @param sizeLimit the bytes of the biggest message that may be written
   * @returns the size of a message that was bigger, and was not written; otherwise undefined
   */
  send(message: ClientMessage, sizeLimit?: number): number | undefined;
  close(): void;
}

/** The only close code of RFC 6455 that a browser allows scripts to use. */
const NORMAL_CLOSURE = 1000;

/**
 * Opens a socket. Throws for a URL that the browser refuses.
 * @param offered subprotocols in order of preference; the serializer of the one that the router chooses is loaded
 */
export function openMessageSocket(
  sockets: SocketFactory,
  url: string,
  offered: readonly Subprotocol[],
  codecs: Codecs,
  events: MessageSocketEvents,
): MessageSocket {
  /** The serializer of the subprotocol that the router chose, once it is loaded. */
  let chosen: Serializer | undefined;
  let sent = 0;
  let receivedCount = 0;
  let socket: Socket | undefined = sockets.open(
    url,
    offered.map(({ name }) => name),
    {
      opened: (name) => {
        const subprotocol = offered.find((offer) => offer.name === name);
        if (subprotocol !== undefined) void choose(subprotocol.serializer);
        else violated(`The router chose the subprotocol "${name}", which was not offered`);
      },
      received,
      closed: (code, reason) => {
        if (socket === undefined) return;
        socket = undefined;
        events.closed(chosen !== undefined, code, reason);
      },
    },
  );

  async function choose(name: SerializerName): Promise<void> {
    try {
      const serializer = await codecs.load(name);
      if (socket !== undefined) chosen = serializer;
    } catch (error) {
      if (socket !== undefined) events.notLoaded(name, errorText(error));
    }
    if (chosen !== undefined) events.opened(chosen);
  }

  function received(frame: Frame): void {
    if (socket === undefined || chosen === undefined) return;
    receivedCount += 1;
    let message: RouterMessage;
    try {
      message = parseRouterMessage(chosen.decode(frame));
    } catch (error) {
      violated(errorText(error));
      return;
    }
    events.received(message);
  }

  function violated(words: string): void {
    if (socket !== undefined) events.violated(words);
  }

  return {
    get sent() {
      return sent;
    },
    get received() {
      return receivedCount;
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    send(message, sizeLimit = Infinity) {
      if (socket === undefined || chosen === undefined) return undefined;
      const encoded = chosen.encode(toRaw(message));
      const size = byteLength(encoded, sizeLimit);
      if (size > sizeLimit) return size;
      socket.send(encoded);
      sent += 1;
      return undefined;
    },
    close() {
      const open = socket;
      socket = undefined;
      open?.close(NORMAL_CLOSURE);
    },
  };
}
