import { ProtocolError } from "../protocol/errors.js";
import type { Frame } from "./serializer.js";

/**
 * Packs encoded messages into WebSocket messages, and unpacks them, for one connection with a batched subprotocol (WAMP, "Message
 * Batching").
 */
export interface Framing {
  /** Number of bytes that are added to each message at most. */
  readonly overhead: number;
  /** Packs at least one message. */
  join(messages: readonly Frame[]): Frame<ArrayBuffer>;
  /** Throws `ProtocolError` if there is no message, or if the last one is cut. */
  split(frame: Frame): readonly Frame[];
}

const RECORD_SEPARATOR = "\x1e";
/**
 * The specification ends a record of JSON with "`\30`, octet `0x1e`". Autobahn|Python, and with it Crossbar.io, read that number as octal:
 * they end each record with U+0018, and refuse what is ended by anything else.
 */
const CANCEL = "\x18";
/**
 * The end of a client's first message, when it cannot know yet how the router reads the specification: those of the second kind ignore what
 * follows their own end.
 */
const EITHER = CANCEL + RECORD_SEPARATOR;

/** Creates the framing of serializers that produce text: a character ends each message, the one that ends those of the peer. */
function createTextFraming(first: string): Framing {
  let end = first;
  return {
    overhead: EITHER.length,
    join: (messages) => messages.map((message) => escaped(String(message)) + end).join(""),
    split(frame) {
      // The serializer has the words for it.
      if (typeof frame !== "string") return [frame];
      const found = [EITHER, RECORD_SEPARATOR, CANCEL].find((each) => frame.endsWith(each));
      if (found === undefined)
        throw new ProtocolError(
          frame === ""
            ? "a batch without a message"
            : "a batch whose last message is cut: U+001E does not end it",
        );
      end = found === EITHER ? RECORD_SEPARATOR : found;
      return frame.slice(0, -found.length).split(found);
    },
  };
}

/** Escapes the ends of records, which JSON allows in no place: a router may pass on the malformed arguments of another client. */
function escaped(message: string): string {
  return message.replaceAll(RECORD_SEPARATOR, "\\u001e").replaceAll(CANCEL, "\\u0018");
}

/** Number of bytes of a length. */
const PREFIX = 4;

/** The framing of serializers that produce bytes: the length precedes each message, in 32 bits, the most significant byte first. */
const binaryFraming: Framing = {
  overhead: PREFIX,
  join(messages) {
    const parts = messages.filter((message) => typeof message !== "string");
    const frame = new Uint8Array(parts.reduce((length, part) => length + PREFIX + part.length, 0));
    const view = new DataView(frame.buffer);
    let at = 0;
    for (const part of parts) {
      view.setUint32(at, part.length);
      frame.set(part, at + PREFIX);
      at += PREFIX + part.length;
    }
    return frame;
  },
  split(frame) {
    if (typeof frame === "string") return [frame];
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const bounds: { readonly start: number; readonly end: number }[] = [];
    for (let start = PREFIX, end = 0; end < frame.length; start = end + PREFIX) {
      if (start > frame.length) throw new ProtocolError("a batch that ends within the length of a message");
      end = start + view.getUint32(start - PREFIX);
      if (end > frame.length)
        throw new ProtocolError(
          `a batch whose last message is cut: ${frame.length - start} of its ${end - start} bytes are there`,
        );
      bounds.push({ start, end });
    }
    if (bounds.length === 0) throw new ProtocolError("a batch without a message");
    // Each of several messages gets its own buffer, because the whole buffer of a payload crosses a port.
    if (bounds.length === 1) return [frame.subarray(PREFIX)];
    return bounds.map(({ start, end }) => frame.slice(start, end));
  },
};

/**
 * Creates the framing of a connection with a batched subprotocol.
 * @param isStrict true if a text is to end as the octet in the specification says, from the first message on
 */
export function createFraming({ binary }: { readonly binary: boolean }, isStrict = false): Framing {
  return binary ? binaryFraming : createTextFraming(isStrict ? RECORD_SEPARATOR : EITHER);
}
