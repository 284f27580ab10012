import type { AuthConfig } from "../contract/session-config.js";
import type { Tab } from "./tab.js";

/** The secret of a session: a literal that a tab brought, or what an attached tab answers when it is asked. Kept in memory only. */
export class Credentials {
  readonly #auth: AuthConfig;
  readonly #tabs: () => Iterable<Tab>;
  #literal: string | undefined;

  constructor(auth: AuthConfig, tabs: () => Iterable<Tab>) {
    this.#auth = auth;
    this.#tabs = tabs;
    this.#literal = literalOf(auth);
  }

  /** Whether a tab with this authentication may join: the same method, and no other literal secret. */
  admits(auth: AuthConfig): boolean {
    if (auth.method !== this.#auth.method || auth.authid !== this.#auth.authid) return false;
    const literal = literalOf(auth);
    return literal === undefined || this.#literal === undefined || literal === this.#literal;
  }

  /** Asks one tab after the other; a tab that dies while it is asked does not hold up the session. */
  async get(): Promise<string> {
    const configured = literalOf(this.#auth);
    if (configured !== undefined) return configured;
    let failure: unknown = new Error("No tab is attached that could be asked for the secret");
    for (const tab of [...this.#tabs()]) {
      try {
        const secret = await Promise.race([tab.credential(), tab.gone.then(refuse)]);
        this.#literal = secret;
        return secret;
      } catch (cause) {
        failure = cause;
      }
    }
    throw failure;
  }
}

function literalOf(auth: AuthConfig): string | undefined {
  return auth.method === "ticket" && auth.secret !== "ask" ? auth.secret.literal : undefined;
}

function refuse(): never {
  throw new Error("The tab is gone");
}
