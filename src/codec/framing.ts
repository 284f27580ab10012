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

const EMPTY = "a batch without a message";
const CUT = "a batch whose last message is cut";

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
      if (found === undefined) throw new ProtocolError(frame === "" ? EMPTY : CUT);
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
    const messages: Frame[] = [];
    for (let at = 0; at < frame.length;) {
      const start = at + PREFIX;
      at = start > frame.length ? start : start + view.getUint32(at);
      if (at > frame.length) throw new ProtocolError(CUT);
      // Each of several messages gets its own buffer, because the whole buffer of a payload crosses a port.
      const isOnly = start === PREFIX && at === frame.length;
      messages.push(isOnly ? frame.subarray(start) : frame.slice(start, at));
    }
    if (messages.length === 0) throw new ProtocolError(EMPTY);
    return messages;
  },
};

/**
 * Creates the framing of a connection with a batched subprotocol.
 * @param isStrict true if a text is to end as the octet in the specification says, from the first message on
 */
export function createFraming({ binary }: { readonly binary: boolean }, isStrict = false): Framing {
  return binary ? binaryFraming : createTextFraming(isStrict ? RECORD_SEPARATOR : EITHER);
}
