import type { PortLike } from "../link/stream-port.js";

type Listener = Parameters<PortLike["addEventListener"]>[1];

/**
 * Returns both ends of a channel in memory. It clones messages as a MessageChannel does, as far as they are plain data and bytes; buffers
 * are copied, not transferred.
 *
 * @param later runs a task later, in the order of the calls: the arrival of a message
 */
export function createPortPair(later: (task: () => void) => void): readonly [PortLike, PortLike] {
  const one = new MemoryPort(later);
  const other = new MemoryPort(later);
  one.connect(other);
  other.connect(one);
  return [one, other];
}

class MemoryPort implements PortLike {
  readonly #later: (task: () => void) => void;
  readonly #listeners = new Set<Listener>();
  #other: MemoryPort | undefined;
  #open = true;
  /** Messages that arrived before `start`. */
  #early: unknown[] | undefined = [];

  constructor(later: (task: () => void) => void) {
    this.#later = later;
  }

  connect(other: MemoryPort): void {
    this.#other = other;
  }

  postMessage(message: unknown): void {
    const other = this.#other;
    if (!this.#open || other === undefined) return;
    const copy = clone(message);
    this.#later(() => {
      other.#receive(copy);
    });
  }

  addEventListener(_type: string, listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  start(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) {
      this.#later(() => {
        this.#receive(message);
      });
    }
  }

  close(): void {
    this.#open = false;
    this.#listeners.clear();
  }

  #receive(message: unknown): void {
    if (!this.#open) return;
    if (this.#early !== undefined) {
      this.#early.push(message);
      return;
    }
    // The link reads nothing but the data.
    const event = { data: message } as MessageEvent;
    for (const listener of this.#listeners) {
      if (typeof listener === "function") listener(event);
      else listener.handleEvent(event);
    }
  }
}

/** Copies plain data. Not `structuredClone`, which some test environments lack, and in others returns objects of another realm. */
function clone(value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol")
    throw new TypeError(`${String(value)} could not be cloned`);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(clone);
  // The port carries no DataView, the only view that is no typed array.
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, clone(member)]));
}
