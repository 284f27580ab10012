import type { AuthExchange } from "../auth/auth-method.js";
import type { Asked } from "../contract/port.js";

/** The secrets of a connection. */
export interface ConnectionAccess {
  /** Starts an authentication exchange. */
  authenticate(): AuthExchange;
  /** Returns the complete URL of the router, with user, password and query. */
  address(): Promise<string>;
}

/** Receives the outcome of a preparation. */
export interface PreparationEvents {
  ready(exchange: AuthExchange, address: string): void;
  /** The application provided no secret or no query, for this reason. */
  failed(what: Asked, error: unknown): void;
}

/** Gets from the application what an attempt needs: first the secret, then the query. Calls one of its events, once. */
export class Preparation {
  /** The latest step; the answers to earlier ones are ignored. */
  #step = Symbol();
  /** The latest exchange, once it is prepared. */
  #prepared: AuthExchange | undefined;

  constructor(
    private readonly access: ConnectionAccess,
    private readonly events: PreparationEvents,
  ) {}

  start(): void {
    void this.#prepare(this.access.authenticate());
  }

  /** Stops waiting for the secret or the query, and asks for it again. */
  askAgain(): void {
    if (this.#prepared === undefined) this.start();
    else void this.#locate(this.#prepared);
  }

  /** Ends the preparation without an event. */
  stop(): void {
    this.#step = Symbol();
    this.#prepared = undefined;
  }

  async #prepare(exchange: AuthExchange): Promise<void> {
    const isPrepared = await this.#take("secret", () => exchange.prepare());
    if (isPrepared === undefined) return;
    this.#prepared = exchange;
    await this.#locate(exchange);
  }

  /** Asks for the query last, because its token may be valid for a shorter time than a user takes for the secret. */
  async #locate(exchange: AuthExchange): Promise<void> {
    const located = await this.#take("query", () => this.access.address());
    if (located === undefined) return;
    this.stop();
    this.events.ready(exchange, located.value);
  }

  /** Takes a step. Returns its result, or undefined if it failed or a later step has been begun. */
  async #take<T>(what: Asked, step: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const current = Symbol();
    this.#step = current;
    try {
      const value = await step();
      return this.#step === current ? { value } : undefined;
    } catch (error) {
      if (this.#step !== current) return undefined;
      this.stop();
      this.events.failed(what, error);
      return undefined;
    }
  }
}
