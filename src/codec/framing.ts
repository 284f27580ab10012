import type { Frame } from "./serializer.js";

/** How the encoded messages of a subprotocol travel in WebSocket messages ("frames"). */
export interface Framing {
  /** Returns the messages of a frame, in order. Throws `ProtocolError` for a frame that does not split. */
  split(frame: Frame): readonly Frame[];
  /** Puts messages into one frame. */
  join(messages: readonly Frame<ArrayBuffer>[]): Frame<ArrayBuffer>;
}

/** One message a frame. */
export const unbatched: Framing = {
  split: (frame) => [frame],
  join: ([message, ...others]) => {
    if (message === undefined || others.length > 0) throw new Error("an unbatched frame holds one message");
    return message;
  },
};
