import type { Dict } from "../protocol/dict.js";
import type { AuthExchange, ChallengeAnswer } from "./auth-method.js";

/** The values for which an application can be asked during the handshake. */
export type Deferred = "secret" | "signature";

/** One of the offered methods. */
export interface OfferedMethod {
  readonly exchange: AuthExchange;
  /** Set if the application is asked only if the router chooses this method, and for what. */
  readonly deferred: Deferred | undefined;
  readonly authrole?: string | undefined;
  /** Members of HELLO.Details.authextra that the application adds. */
  readonly authextra?: Dict | undefined;
}

/** The authentication of one connection: the methods that HELLO offers, and the exchange of the one that the router chooses. */
export interface AuthOffer {
  /** Prepares the exchanges that are not deferred. A method that cannot be prepared is not offered; rejects if none is left. */
  prepare(): Promise<void>;
  /** The part of HELLO.Details; complete after `prepare`. */
  readonly hello: Dict;
  /** The names of the methods. */
  readonly methods: readonly string[];
  /** Returns what the application is asked for if the router chooses a method, if it is. */
  asks(method: string): Deferred | undefined;
  /** Chooses an offered method for CHALLENGE, and prepares it if it is deferred. Rejects if there is no secret or signature. */
  choose(method: string, challenge: Dict): Promise<void>;
  /** Answers CHALLENGE by the chosen method. Rejects if it cannot be answered. */
  challenge(extra: Dict): Promise<ChallengeAnswer>;
  /** Judges WELCOME.Details. Throws if the router has to prove its identity, and has not. */
  welcome(details: Dict): void;
}

/** Offers methods in order of preference; at least one. */
export function createOffer(configured: readonly OfferedMethod[]): AuthOffer {
  let offered = configured;
  let chosen: OfferedMethod | undefined;

  const named = (method: string): OfferedMethod | undefined =>
    offered.find(({ exchange }) => exchange.method === method);

  return {
    get methods() {
      return offered.map(({ exchange }) => exchange.method);
    },
    prepare: async () => {
      const failures: unknown[] = [];
      for (const one of configured) {
        if (one.deferred !== undefined) continue;
        try {
          await one.exchange.prepare();
        } catch (error) {
          failures.push(error);
          offered = offered.filter((other) => other !== one);
        }
      }
      if (offered.length === 0) throw failures[0];
    },
    get hello() {
      const authextra = offered.map((one) => ({ ...one.exchange.hello.authextra, ...one.authextra }));
      const merged = Object.fromEntries(authextra.flatMap((members) => Object.entries(members)));
      const { authrole } = offered.find((one) => one.authrole !== undefined) ?? {};
      return {
        authmethods: this.methods,
        ...(authrole !== undefined && { authrole }),
        ...offered[0]?.exchange.hello,
        ...(Object.keys(merged).length > 0 && { authextra: merged }),
      };
    },
    asks: (method) => named(method)?.deferred,
    choose: async (method, challenge) => {
      chosen = named(method);
      if (chosen?.deferred !== undefined) await chosen.exchange.prepare(challenge);
    },
    challenge: (extra) =>
      chosen === undefined
        ? Promise.reject(new Error("the router has chosen no method"))
        : chosen.exchange.challenge(extra),
    welcome(details) {
      // A router that welcomes without a challenge may have known a cookie, unless each of the methods has it prove its identity.
      const isMutual = offered.every(({ exchange }) => exchange.welcome !== undefined);
      const judging = chosen === undefined && isMutual ? offered[0]?.exchange : chosen?.exchange;
      judging?.welcome?.(details);
    },
  };
}
