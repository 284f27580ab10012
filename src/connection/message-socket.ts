import { createBatch } from "../codec/batch.js";
import type { Batch } from "../codec/batch.js";
import type { Codecs } from "../codec/codecs.js";
import { createFraming } from "../codec/framing.js";
import type { Framing } from "../codec/framing.js";
import type { Frame, Serializer } from "../codec/serializer.js";
import type { Subprotocol } from "../codec/subprotocols.js";
import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import type { SerializerName } from "../protocol/payload.js";
import { toRaw } from "../protocol/write-message.js";
import type { Clock } from "../web/clock.js";
import { errorText } from "./disconnection.js";
import type { Socket, SocketFactory } from "./environment.js";
import { byteLength } from "./gate/message-size.js";
import type { SizeLimit } from "./gate/size-limit.js";
import { createSlices } from "./slices.js";

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
  /** The application's serializer failed on a message; for a while, the others are preferred. */
  failed(words: string): void;
  /**
   * The application's serializer cannot decode a message, and another connection would use it, too. Returns true if the message can be left
   * out, because nothing waits for it; otherwise `failed` follows.
   */
  leftOut(words: string): boolean;
  /** The socket closed, or did not open. */
  closed(wasOpen: boolean, code: number, reason: string): void;
}

/** Carries messages over one WebSocket: negotiates the subprotocol, and encodes, decodes, packs and counts messages. */
export interface MessageSocket {
  /** Number of messages. */
  readonly sent: number;
  readonly received: number;
  /** True if the router may be unable to read what was sent, because it has not shown yet how it ends the messages of a batch. */
  readonly isGuess: boolean;
  /** Bytes passed to `send` that have not been transmitted. */
  readonly bufferedAmount: number;
  /**
   * Writes a message, or drops it when the socket is not open. With a batched subprotocol, the messages of one turn share frames, which are
   * written at its end.
   * @param sizeLimit the bytes of the biggest message that may be written
   * @returns the size of a message that was bigger, and was not written; otherwise undefined
   */
  send(message: ClientMessage, sizeLimit?: number): number | undefined;
  /** Closes the socket after everything that was sent. */
  close(): void;
}

/** The environment of a message socket. */
export interface MessageSocketEnvironment {
  readonly clock: Clock;
  readonly sockets: SocketFactory;
  readonly codecs: Codecs;
  /** Bounds the frames with several messages. */
  readonly sizeLimit: Pick<SizeLimit, "frameBytes">;
  /** True if the messages of a batch end by the letter of the specification, which some routers do not understand. */
  readonly isStrict: boolean;
}

/** The only close code of RFC 6455 that a browser allows scripts to use. */
const NORMAL_CLOSURE = 1000;
/** The close code of a connection that did not come about. */
const ABNORMAL_CLOSURE = 1006;

/**
 * Opens a socket. Throws for a URL that the browser refuses.
 * @param offered subprotocols in order of preference; the serializer of the one that the router chooses is loaded
 */
export function openMessageSocket(
  { clock, sockets, codecs, sizeLimit: limit, isStrict }: MessageSocketEnvironment,
  url: string,
  offered: readonly Subprotocol[],
  events: MessageSocketEvents,
): MessageSocket {
  /** The serializer of the subprotocol that the router chose, once it is loaded. */
  let chosen: Serializer | undefined;
  /** The framing of the subprotocol, if it is a batched one, and what has been sent in this turn. */
  let framing: Framing | undefined;
  let batch: Batch | undefined;
  const arrived = createSlices(clock);
  let sent = 0;
  let receivedCount = 0;
  let socket: Socket | undefined = sockets.open(
    url,
    offered.map(({ name }) => name),
    {
      opened: (name) => {
        const subprotocol = offered.find((offer) => offer.name === name);
        if (subprotocol !== undefined) void choose(subprotocol);
        // Chromium takes that for a failed connection, which it is: the server may be a portal or a proxy in the router's place.
        else if (name === "") notConnected("the server chose no subprotocol");
        else violated(`The router chose the subprotocol "${name}", which was not offered`);
      },
      received,
      closed: (code, reason) => {
        // The messages that arrived before come first.
        arrived.add([() => closed(code, reason)]);
      },
    },
  );

  async function choose({ serializer: name, batched }: Subprotocol): Promise<void> {
    try {
      const serializer = await codecs.load(name);
      if (socket !== undefined) chosen = serializer;
    } catch (error) {
      if (socket !== undefined) events.notLoaded(name, errorText(error));
    }
    if (chosen === undefined) return;
    if (batched) {
      framing = createFraming(chosen, isStrict);
      batch = createBatch(framing, (frame) => socket?.send(frame));
    }
    events.opened(chosen);
  }

  function notConnected(reason: string): void {
    socket?.close(NORMAL_CLOSURE);
    closed(ABNORMAL_CLOSURE, reason);
  }

  function closed(code: number, reason: string): void {
    if (socket === undefined) return;
    socket = undefined;
    events.closed(chosen !== undefined, code, reason);
  }

  function received(frame: Frame): void {
    arrived.add(messagesIn(frame));
  }

  function messagesIn(frame: Frame): readonly (() => void)[] {
    try {
      return (framing?.split(frame) ?? [frame]).map((message) => () => take(message));
    } catch (error) {
      return [() => violated(errorText(error))];
    }
  }

  function take(encoded: Frame): void {
    if (socket === undefined || chosen === undefined) return;
    receivedCount += 1;
    let message: RouterMessage;
    try {
      message = parseRouterMessage(chosen.decode(encoded));
    } catch (error) {
      if (chosen.custom !== true) violated(errorText(error));
      else if (!(isLastChoice(chosen) && events.leftOut(errorText(error)))) failed(chosen, error);
      return;
    }
    events.received(message);
  }

  /** Tells whether the router has passed over all others, or was offered no other. */
  function isLastChoice({ name }: Serializer): boolean {
    return offered.at(-1)?.serializer === name;
  }

  /** Adds a message to the batch of this turn. */
  function collect(message: Frame<ArrayBuffer>, into: Batch): void {
    if (into.bytes === 0) void Promise.resolve().then(() => into.flush());
    const { frameBytes } = limit;
    into.add(message, byteLength(message, frameBytes), frameBytes);
  }

  /** Stops using the application's serializer. The connection ends in another turn, since this one may be writing a request. */
  function failed({ name }: Serializer, error: unknown): void {
    chosen = undefined;
    codecs.doubt(name);
    void Promise.resolve().then(() => {
      if (socket !== undefined) events.failed(errorText(error));
    });
  }

  /** Returns undefined if the application's serializer has failed. */
  function encode(message: ClientMessage, serializer: Serializer): Frame<ArrayBuffer> | undefined {
    try {
      return serializer.encode(toRaw(message));
    } catch (error) {
      if (serializer.custom !== true) throw error;
      failed(serializer, error);
      return undefined;
    }
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
    get isGuess() {
      return framing !== undefined && chosen?.binary === false && !isStrict && receivedCount <= 1;
    },
    get bufferedAmount() {
      return socket === undefined ? 0 : socket.bufferedAmount + (batch?.bytes ?? 0);
    },
    send(message, sizeLimit = Infinity) {
      if (socket === undefined || chosen === undefined) return undefined;
      const encoded = encode(message, chosen);
      if (encoded === undefined) return undefined;
      const size = byteLength(encoded, sizeLimit) + (framing?.overhead ?? 0);
      if (size > sizeLimit) return size;
      sent += 1;
      if (batch === undefined) socket.send(encoded);
      else collect(encoded, batch);
      return undefined;
    },
    close() {
      batch?.flush();
      const open = socket;
      socket = undefined;
      arrived.clear();
      open?.close(NORMAL_CLOSURE);
    },
  };
}
