import type { Frame, Serializer } from "../../codec/serializer.js";
import type { RouterMessage } from "../../protocol/messages.js";
import type { SerializerName } from "../../protocol/payload.js";
import { encodeMessage } from "../core/frames.js";

const encoder = new TextEncoder();

/** Encodes messages; an EVENT for many sessions is encoded once per serializer, to the bytes that the sockets send. */
export class FrameWriter {
  #event: RouterMessage | undefined;
  readonly #frames = new Map<SerializerName, Frame<ArrayBuffer>>();

  /** Throws the errors of {@link encodeMessage}. */
  write(message: RouterMessage, serializer: Serializer): Frame<ArrayBuffer> {
    if (message.type !== "EVENT") return encodeMessage(message, serializer);
    if (message !== this.#event) {
      this.#event = message;
      this.#frames.clear();
    }
    const known = this.#frames.get(serializer.name);
    if (known !== undefined) return known;
    const frame = encodeMessage(message, serializer);
    const bytes = typeof frame === "string" ? encoder.encode(frame) : frame;
    this.#frames.set(serializer.name, bytes);
    return bytes;
  }
}
