import type { Disconnection } from "../../connection/disconnection.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { literalSecret, sameCredentials } from "../../contract/identity.js";
import { withQuery } from "../../contract/router-url.js";
import type { AccessConfig, AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { Clock } from "../../web/clock.js";
import { otherCredentials } from "../error-records.js";
import type { Tab } from "../tab/tab.js";
import { Answers } from "./answers.js";

/** Ends the session for one tab, for a reason that concerns no other tab. */
export type Expel = (tab: Tab, reason: ErrorRecord) => void;

/**
 * Everything secret of a session: the secret of its authentication and the complete URLs of the router. Each attached tab is a source of
 * both. The router decides which secret is right; from then on, a tab with a different one has no part in the session.
 */
export class Credentials {
  readonly #config: SessionConfig;
  readonly #secret: Answers;
  readonly #query: Answers;
  readonly #expel: Expel;
  /** The complete URLs of the attached tabs, in the order of joining. */
  readonly #accesses = new Map<Tab, AccessConfig>();
  /** Those of the latest tab, which may have left. */
  #lastAccess: AccessConfig;
  /** The secret that the router has accepted, and not refused since. */
  #accepted: string | undefined;
  #wasAccepted = false;

  constructor(config: SessionConfig, clock: Clock, expel: Expel) {
    this.#config = config;
    this.#lastAccess = config.access;
    this.#secret = new Answers("secret", clock);
    this.#query = new Answers("query", clock);
    this.#expel = expel;
  }

  /** Tells whether a tab with this authentication may join. Until the router has accepted a secret, none is known to be wrong. */
  admits(auth: AuthConfig): boolean {
    // Without a tab, a secret that the router has not judged yet must not take the place of the joining tab's.
    const known = this.#accepted ?? (this.#accesses.size === 0 ? this.#secret.kept : undefined);
    return sameCredentials(this.#config.auth, auth, known);
  }

  /** Adds a tab that was admitted. */
  add(tab: Tab, { auth, access }: Pick<SessionConfig, "auth" | "access">): void {
    this.#accesses.set(tab, access);
    this.#lastAccess = access;
    if (auth.method !== "anonymous") this.#secret.add(tab, literalSecret(auth));
    if (access.query !== undefined) this.#query.add(tab, undefined);
  }

  remove(tab: Tab): void {
    this.#accesses.delete(tab);
    this.#lastAccess = [...this.#accesses.values()].at(-1) ?? this.#lastAccess;
    this.#secret.remove(tab);
    this.#query.remove(tab);
  }

  /** Returns the secret for the next attempt; asks the tabs if none of them passed it. Rejects when all tabs have refused. */
  secret(): Promise<string> {
    return this.#secret.get();
  }

  /** Returns the complete URL with this index for the next attempt; asks the tabs for the query if they have a function for it. */
  async address(index: number): Promise<string> {
    const query = this.#lastAccess.query === undefined ? "" : await this.#query.get();
    // A tab that has joined since may have brought a newer one.
    const url = this.#lastAccess.urls[index];
    if (url === undefined) throw new Error(`The session has no URL ${index}`);
    return withQuery(url, query);
  }

  /** Called at WELCOME, before anything else is sent: expels the tabs with a different secret. */
  accepted(): void {
    this.#wasAccepted = true;
    this.#query.accepted();
    const secret = this.#secret.accepted();
    this.#accepted = secret;
    if (secret === undefined) return;
    const { principal, realm } = this.#config;
    for (const tab of this.#secret.tabsWith((literal) => literal !== secret)) {
      this.#expel(tab, otherCredentials(principal, realm));
    }
  }

  /**
   * Called when an attempt has failed. Returns true if the secret was refused and there is another one to be tried.
   *
   * Before the first WELCOME a tab whose own value was refused is expelled, so that its user learns of it, unless all secrets were: then
   * the session ends for all. Later, the router may merely not have its users back yet.
   */
  refused({ error, fatal, secretRefused = false }: Disconnection): boolean {
    // A stale token and a router that is away look the same to a browser.
    this.#query.refused();
    if (!secretRefused) return false;
    const source = this.#secret.refused();
    this.#accepted = undefined;
    if (!this.#secret.hasUntried) return false;
    // Another reason may pass: then the value is only tried after all others.
    if (fatal && !this.#wasAccepted && typeof source === "string") {
      for (const tab of this.#secret.tabsWith((literal) => literal === source)) this.#expel(tab, error);
      this.#secret.forget(source);
    }
    return true;
  }
}
