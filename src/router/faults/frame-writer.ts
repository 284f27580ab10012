import type { Codecs } from "../../codec/codecs.js";
import type { Frame, Serializer } from "../../codec/serializer.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import type { RouterMessage } from "../../protocol/messages.js";
import { encodeMessage } from "../core/frames.js";

const encoder = new TextEncoder();

/** Encodes messages; an EVENT for many sessions is encoded once per subprotocol: to the bytes that the sockets send, or as a part of them. */
export class FrameWriter {
  readonly codecs: Codecs;
  #event: RouterMessage | undefined;
  readonly #frames = new Map<string, Frame<ArrayBuffer>>();

  constructor(codecs: Codecs) {
    this.codecs = codecs;
  }

  /** Throws the errors of {@link encodeMessage}. */
  write(
    message: RouterMessage,
    serializer: Serializer,
    { name, batched }: Pick<Subprotocol, "name" | "batched">,
  ): Frame<ArrayBuffer> {
    if (message.type !== "EVENT") return encodeMessage(message, serializer, this.codecs);
    if (message !== this.#event) {
      this.#event = message;
      this.#frames.clear();
    }
    const known = this.#frames.get(name);
    if (known !== undefined) return known;
    const encoded = encodeMessage(message, serializer, this.codecs);
    const frame = typeof encoded === "string" && !batched ? encoder.encode(encoded) : encoded;
    this.#frames.set(name, frame);
    return frame;
  }
}
