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

  function stop(): void {
    latest += 1;
    prepared = undefined;
  }

  return {
    stop,
    async ask() {
      const current = ++latest;
      const isLeftBehind = (): boolean => current !== latest;
      const exchange = prepared ?? access.authenticate();
      let address: string;
      try {
        if (exchange !== prepared) await exchange.prepare();
        if (isLeftBehind()) return;
        prepared = exchange;
        // The query comes last, because its token may be valid for a shorter time than a user takes for the secret.
        address = await access.address();
      } catch (error) {
        if (isLeftBehind()) return;
        const what = prepared === undefined ? "secret" : "query";
        stop();
        events.failed(what, error);
        return;
      }
      if (isLeftBehind()) return;
      stop();
      events.ready(exchange, address);
    },
  };
}
