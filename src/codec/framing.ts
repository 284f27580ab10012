import type { Frame } from "./serializer.js";

/** The mapping between the encoded messages of a subprotocol and WebSocket messages ("frames"). */
export interface Framing {
  /** Returns the messages of a frame, in order. Throws `ProtocolError` for a malformed frame. */
  split(frame: Frame): readonly Frame[];
  /** Returns one frame with these messages. */
  join(messages: readonly Frame<ArrayBuffer>[]): Frame<ArrayBuffer>;
}

/** One message per frame. */
export const unbatched: Framing = {
  split: (frame) => [frame],
  join: ([message, ...others]) => {
    if (message === undefined || others.length > 0) throw new Error("an unbatched frame holds one message");
    return message;
  },
};
