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

export interface Preparation {
  /** Asks for what has not arrived, for the first time or again; the answers to earlier questions are ignored from then on. */
  ask(): Promise<void>;
  /** Ends the preparation without an event. */
  stop(): void;
}

/** Gets from the application what an attempt needs: first the secret, then the query. Calls one of its events, once. */
export function createPreparation(access: ConnectionAccess, events: PreparationEvents): Preparation {
  let latest = 0;
  /** The latest exchange, once it is prepared. */
  let prepared: AuthExchange | undefined;

  /** Takes a step. Returns its result, or undefined if it failed or has been left behind. */
  async function take<T>(what: Asked, step: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const current = ++latest;
    try {
      const value = await step();
      return current === latest ? { value } : undefined;
    } catch (error) {
      if (current === latest) {
        stop();
        events.failed(what, error);
      }
      return undefined;
    }
  }

  function stop(): void {
    latest += 1;
    prepared = undefined;
  }

  return {
    stop,
    async ask() {
      if (prepared === undefined) {
        const exchange = access.authenticate();
        if ((await take("secret", () => exchange.prepare())) === undefined) return;
        prepared = exchange;
      }
      const exchange = prepared;
      // The query comes last, because its token may be valid for a shorter time than a user takes for the secret.
      const located = await take("query", () => access.address());
      if (located === undefined) return;
      stop();
      events.ready(exchange, located.value);
    },
  };
}
