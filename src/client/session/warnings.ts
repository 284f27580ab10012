import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { Listeners } from "./listeners.js";

/** Maximum number of warnings kept for the first listener; a page without one must not collect them forever. */
const KEPT = 100;

/** Errors that do not settle a request. Warnings emitted before there is a listener are kept for the first one. */
export class Warnings {
  readonly #listeners: Listeners<WampMuxError>;
  readonly #kept: WampMuxError[] = [];

  constructor(report: (error: unknown) => void) {
    this.#listeners = new Listeners(report);
  }

  /** True if the application listens. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  add(listener: (error: WampMuxError) => void): () => void {
    const remove = this.#listeners.add(listener);
    for (const error of this.#kept.splice(0)) this.#listeners.emit(error);
    return remove;
  }

  emit(error: WampMuxError): void {
    if (this.isHeard) this.#listeners.emit(error);
    else if (this.#kept.length < KEPT) this.#kept.push(error);
  }
}
