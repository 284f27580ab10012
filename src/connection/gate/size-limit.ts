/** The maximum size of a message to the router, in bytes: the configured one, or a smaller one that the router has taught. */
export class SizeLimit {
  #bytes: number;
  #sharesFrames = true;

  /** @param bytes the configured maximum */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The maximum size in bytes of a frame with several messages: one that every router accepts; 0 if each message needs its own. */
  get frameBytes(): number {
    return this.#sharesFrames ? Math.min(HARMLESS, this.#bytes) : 0;
  }

  /** Learns from a connection that the router closed because of a frame with several messages, none of which was big. */
  learnNoBatches(): void {
    this.#sharesFrames = false;
  }

  /**
   * Learns from a connection that the router closed because a message was too big (RFC 6455, code 1009).
   * @param tooBig the biggest message that the router had not accepted: the bytes of its payload, and of all of it at most
   * @param reason the close reason, in which some routers name their limit
   */
  learn(tooBig: { readonly payload: number; readonly message: number }, reason: string): void {
    // A number that is not smaller than the payload is the size of the message. Crossbar.io may name instead what had arrived of it when
    // the limit was exceeded.
    const least = Math.max(HARMLESS, tooBig.payload / FARTHEST);
    const limits = numbersIn(reason).filter((number) => number >= least && number < tooBig.payload);
    this.#bytes = Math.min(this.#bytes, tooBig.message - 1, ...limits);
  }
}

/** Bytes of a payload that every router accepts: a smaller number in a close reason is no limit. */
export const HARMLESS = 32 * 1_024;
/**
 * A limit is taken from a close reason only if the message was at most this many times as big. A wrong number, such as that of a process,
 * would refuse what the router accepts, whereas a limit that is not learned costs only further connections.
 */
const FARTHEST = 16;

/** Returns the numbers of a text that stand alone: not the parts of an address with its port, or of a version. */
function numbersIn(text: string): number[] {
  const words = (text.match(/[\d.:]+/g) ?? []).map((word) => word.replace(/[.:]+$/, ""));
  return words.filter((word) => /^\d+$/.test(word)).map(Number);
}
