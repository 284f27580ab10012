/** Messages since the worker has this session. */
export interface WireCounts {
  readonly sent: number;
  readonly received: number;
}

/** Makes rates of counts. */
export class WireRate {
  #last: (WireCounts & { readonly at: number }) | undefined;

  /** Messages a second since the last time; undefined at the first time, and when the counts began anew in another worker. */
  add(at: number, { sent, received }: WireCounts): WireCounts | undefined {
    const last = this.#last;
    this.#last = { at, sent, received };
    if (last === undefined || sent < last.sent || received < last.received) return undefined;
    const seconds = (at - last.at) / 1_000;
    return { sent: (sent - last.sent) / seconds, received: (received - last.received) / seconds };
  }
}
