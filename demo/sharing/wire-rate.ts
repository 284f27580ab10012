/** Messages since the worker created this session. */
export interface WireCounts {
  readonly sent: number;
  readonly received: number;
}

/** Computes rates from counts. */
export class WireRate {
  #last: (WireCounts & { readonly at: number }) | undefined;

  /** Messages per second since the last call; undefined at the first call, and after the counts restarted in a new worker. */
  add(at: number, { sent, received }: WireCounts): WireCounts | undefined {
    const last = this.#last;
    this.#last = { at, sent, received };
    if (last === undefined || sent < last.sent || received < last.received) return undefined;
    const seconds = (at - last.at) / 1_000;
    return { sent: (sent - last.sent) / seconds, received: (received - last.received) / seconds };
  }
}
