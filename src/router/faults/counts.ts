import type { MessageName } from "../../protocol/message-table.js";

/** Counts of connections and messages since the start or the last `resetCounts()`. */
export interface Counts {
  /** WebSocket connections opened. */
  readonly connections: number;
  /** WebSocket connections open now; a reset does not change this count. */
  readonly open: number;
  /** HELLO messages received. */
  readonly hellos: number;
  /** Messages received, by type. */
  readonly received: Readonly<Record<MessageName, number>>;
  /** Messages sent, by type. */
  readonly sent: Readonly<Record<MessageName, number>>;
  /** Messages dropped because a session's queue was full, by type; see {@link Faults.queueLimit}. */
  readonly dropped: Readonly<Record<MessageName, number>>;
}

interface Waiter {
  readonly type: MessageName;
  readonly count: number;
  readonly resolve: () => void;
}

/** Counts, and resolves the promises that wait for a count. */
export class Counter implements Counts {
  connections = 0;
  open = 0;
  readonly received = zeros();
  readonly sent = zeros();
  readonly dropped = zeros();
  #waiters: Waiter[] = [];

  get hellos(): number {
    return this.received.HELLO;
  }

  opened(): void {
    this.connections++;
    this.open++;
  }

  closed(): void {
    this.open--;
  }

  countReceived(type: MessageName): void {
    this.received[type]++;
    if (this.#waiters.length > 0) this.#wake();
  }

  countSent(type: MessageName): void {
    this.sent[type]++;
  }

  countDropped(type: MessageName): void {
    this.dropped[type]++;
  }

  reset(): void {
    this.connections = 0;
    for (const counts of [this.received, this.sent, this.dropped]) Object.assign(counts, zeros());
  }

  waitFor(type: MessageName, count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ type, count, resolve });
      this.#wake();
    });
  }

  #wake(): void {
    const due = this.#waiters.filter((waiter) => this.received[waiter.type] >= waiter.count);
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
    for (const waiter of due) waiter.resolve();
  }
}

function zeros(): Record<MessageName, number> {
  return {
    HELLO: 0,
    WELCOME: 0,
    ABORT: 0,
    CHALLENGE: 0,
    AUTHENTICATE: 0,
    GOODBYE: 0,
    ERROR: 0,
    PUBLISH: 0,
    PUBLISHED: 0,
    SUBSCRIBE: 0,
    SUBSCRIBED: 0,
    UNSUBSCRIBE: 0,
    UNSUBSCRIBED: 0,
    EVENT: 0,
    CALL: 0,
    CANCEL: 0,
    RESULT: 0,
    REGISTER: 0,
    REGISTERED: 0,
    UNREGISTER: 0,
    UNREGISTERED: 0,
    INVOCATION: 0,
    INTERRUPT: 0,
    YIELD: 0,
  };
}
