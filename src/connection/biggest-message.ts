import type { ErrorRecord } from "../contract/errors.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";
import { overflow } from "./error-records.js";
import { byteLength, envelopeSize } from "./gate/message-size.js";
import { HARMLESS } from "./gate/size-limit.js";
import type { SizeLimit } from "./gate/size-limit.js";
import type { AnswerHandler, Blamed } from "./wire-session.js";

/** Close code for a message that is too big (RFC 6455, section 7.4.1). */
const MESSAGE_TOO_BIG = 1009;

/** A message as far as its size and its author matter. */
interface Written {
  readonly payload: Payload;
  readonly uri: string;
  readonly options: Dict;
  readonly handler?: AnswerHandler | undefined;
  readonly blamed?: Blamed | undefined;
}

interface Biggest extends Pick<Written, "handler" | "blamed"> {
  /** Bytes of the payload, and of the whole message at most. */
  readonly size: { readonly payload: number; readonly message: number };
}

/** Remembers the biggest message that the router may not have accepted yet: the culprit, if it closes the socket over one. */
export interface BiggestMessage {
  wrote(message: Written): void;
  answered(handler: AnswerHandler): void;
  /**
   * Teaches the limit what the end of the connection says about it. Returns the handler of the request that was too big, and its error;
   * undefined if there is none.
   */
  blame(
    end: ErrorRecord,
    limit: SizeLimit,
  ): { readonly handler: AnswerHandler | undefined; readonly error: ErrorRecord } | undefined;
}

export function createBiggestMessage(): BiggestMessage {
  let biggest: Biggest | undefined;
  /** Bytes of the biggest payload that the router is known to have accepted. */
  let accepted = HARMLESS;

  return {
    wrote({ payload, uri, options, handler, blamed }) {
      const least = Math.max(accepted, biggest?.size.payload ?? 0);
      const bytes = byteLength(payload.data, least);
      if (bytes <= least) return;
      biggest = { size: { payload: bytes, message: bytes + envelopeSize(uri, options) }, handler, blamed };
    },
    answered(handler) {
      if (biggest?.handler !== handler) return;
      accepted = biggest.size.payload;
      biggest = undefined;
    },
    blame(end, limit) {
      if (end.name !== "ConnectionLostError" || end.fields?.code !== MESSAGE_TOO_BIG) return undefined;
      if (biggest === undefined) {
        limit.learnNoBatches();
        return undefined;
      }
      const { size, handler, blamed } = biggest;
      limit.learn(size, end.fields.reason ?? "");
      const error = { ...overflow("maxMessageSize", size.message, limit.bytes), cause: end };
      blamed?.(error);
      return { handler, error };
    },
  };
}
