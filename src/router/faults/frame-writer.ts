import type { Codecs } from "../../codec/codecs.js";
import { createFraming } from "../../codec/framing.js";
import type { Frame, Serializer } from "../../codec/serializer.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import type { RouterMessage } from "../../protocol/messages.js";
import { encodeMessage } from "../core/frames.js";

const encoder = new TextEncoder();

/** Size in bytes of the biggest frame with several messages. */
export const MAX_BATCH = 64 * 1024;

/** An encoded message, or with a batched subprotocol the whole frame with it alone. */
export interface Written {
  readonly frame: Frame<ArrayBuffer>;
  readonly isBatch: boolean;
}

/** Encodes messages; an EVENT for many sessions is encoded once per subprotocol: to the bytes that the sockets send, or as a part of them. */
export class FrameWriter {
  readonly codecs: Codecs;
  #event: RouterMessage | undefined;
  readonly #frames = new Map<string, Written>();

  constructor(codecs: Codecs) {
    this.codecs = codecs;
  }

  /** Throws the errors of {@link encodeMessage}. */
  write(
    message: RouterMessage,
    serializer: Serializer,
    { name, batched }: Pick<Subprotocol, "name" | "batched">,
  ): Written {
    const encode = () => encodeMessage(message, serializer, this.codecs);
    if (message.type !== "EVENT") return { frame: encode(), isBatch: false };
    if (message !== this.#event) {
      this.#event = message;
      this.#frames.clear();
    }
    const known = this.#frames.get(name);
    if (known !== undefined) return known;
    const written = batched ? inBatch(encode(), serializer) : { frame: inBytes(encode()), isBatch: false };
    this.#frames.set(name, written);
    return written;
  }
}

function inBytes(encoded: Frame<ArrayBuffer>): Frame<ArrayBuffer> {
  return typeof encoded === "string" ? encoder.encode(encoded) : encoded;
}

/** Puts a message that goes alone into its frame, once for all sessions; text ends for each as its client wants it. */
function inBatch(encoded: Frame<ArrayBuffer>, serializer: Serializer): Written {
  const isBatch = typeof encoded !== "string" && encoded.length > MAX_BATCH;
  return { frame: isBatch ? createFraming(serializer).join([encoded]) : encoded, isBatch };
}
