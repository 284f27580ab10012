/** The maximum size of a message to the router, in bytes: the configured one, or a smaller one that the router has taught. */
export class SizeLimit {
  #bytes: number;

  /** @param bytes the configured maximum */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Learns from a connection that the router closed because a message was too big (RFC 6455, code 1009).
   * @param tooBig the biggest message that the router had not accepted: the bytes of its payload, and of all of it at most
   * @param reason the close reason, in which some routers name their limit
   */
  learn(tooBig: { readonly payload: number; readonly message: number }, reason: string): void {
    const named = (reason.match(/\d+/g) ?? []).map(Number);
    // A number that is not smaller than the payload is the size of the message. Crossbar.io may name instead what had arrived of it when
    // the limit was exceeded.
    const limits = named.filter((number) => number > LEAST_LIMIT && number < tooBig.payload);
    this.#bytes = Math.min(this.#bytes, tooBig.message - 1, ...limits);
  }
}

/** A smaller number in a close reason is no limit: a router could not even say HELLO under it. */
const LEAST_LIMIT = 1_024;
