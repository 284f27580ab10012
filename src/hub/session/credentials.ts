import type { Disconnection } from "../../connection/disconnection.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { literalSecret, sameCredentials } from "../../contract/identity.js";
import { secretsOfUrl, withQuery } from "../../contract/router-url.js";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { Clock } from "../../web/clock.js";
import { otherCredentials } from "../error-records.js";
import type { Tab } from "../tab/tab.js";
import { Answers } from "./answers.js";
import { redacted } from "./redact.js";

/** Ends the session for one tab, for a reason that concerns no other tab. */
export type Expel = (tab: Tab, reason: ErrorRecord) => void;

/**
 * Everything secret of a session: the secret of its authentication and the complete URLs of the router. Each attached tab is a source of
 * both. The router decides which secret is right; from then on, a tab with a different one has no part in the session, unless its own
 * was once the right one.
 */
export class Credentials {
  readonly #config: SessionConfig;
  readonly #secret: Answers;
  /** The complete URLs, as a text, so that equal ones are one source; or the query that a tab's application adds to them. */
  readonly #access: Answers;
  readonly #expel: Expel;
  /** The complete URLs of the attached tabs. */
  readonly #urls = new Map<Tab, readonly string[]>();
  /** The complete URL of the latest attempt. */
  #dialed: string | undefined;
  /** The tabs whose secret the router has once accepted. */
  readonly #proven = new Set<Tab>();
  /** The secret that the router has accepted, and not refused since. */
  #accepted: string | undefined;
  #wasAccepted = false;

  constructor(config: SessionConfig, clock: Clock, expel: Expel) {
    this.#config = config;
    this.#secret = new Answers("secret", clock);
    // A token in the URL is fresher in a later tab.
    this.#access = new Answers("query", clock, true);
    this.#expel = expel;
  }

  /** True once the router has accepted the credentials, in this worker or an earlier one. */
  get wasAccepted(): boolean {
    return this.#wasAccepted;
  }

  /**
   * Tells whether a tab with this authentication may join. Until the router has accepted a secret, none is known to be wrong.
   * @param wasOnline true if the tab had a part in the session in an earlier worker, so that its secret was right
   */
  admits(auth: AuthConfig, wasOnline = false): boolean {
    // Without a tab, a secret that the router has not judged yet must not take the place of the joining tab's.
    const known = this.#accepted ?? this.#secret.kept;
    return sameCredentials(this.#config.auth, auth, wasOnline ? undefined : known);
  }

  /** Adds a tab that was admitted; `wasOnline` as for `admits`. */
  add(tab: Tab, { auth, access }: Pick<SessionConfig, "auth" | "access">, wasOnline = false): void {
    const literal = literalSecret(auth);
    if (wasOnline || (literal !== undefined && literal === this.#accepted)) this.#proven.add(tab);
    if (wasOnline) this.#wasAccepted = true;
    this.#urls.set(tab, access.urls);
    if (auth.method !== "anonymous") this.#secret.add(tab, literal);
    this.#access.add(tab, access.query === undefined ? JSON.stringify(access.urls) : undefined);
  }

  remove(tab: Tab): void {
    this.#secret.remove(tab);
    this.#access.remove(tab);
    this.#urls.delete(tab);
    this.#proven.delete(tab);
  }

  /** Returns the secret for the next attempt; asks the tabs if none of them passed it. Rejects when all tabs have refused. */
  async secret(): Promise<string> {
    const { answer } = await this.#secret.get();
    return answer;
  }

  /** Returns the complete URL with this index for the next attempt; asks the tabs for the query if they have a function for it. */
  async address(index: number): Promise<string> {
    const { answer, source } = await this.#access.get();
    const urls =
      typeof source === "string" ? (JSON.parse(source) as readonly string[]) : this.#urls.get(source);
    const url = urls?.[index];
    if (url === undefined) throw new Error(`The session has no URL ${index}`);
    this.#dialed = typeof source === "string" ? url : withQuery(url, answer);
    return this.#dialed;
  }

  /** Called at WELCOME, before anything else is sent: expels the tabs with a different secret. */
  accepted(): void {
    this.#wasAccepted = true;
    this.#access.accepted();
    const secret = this.#secret.accepted();
    this.#accepted = secret;
    if (secret === undefined) return;
    for (const tab of this.#secret.tabsWith((literal) => literal === secret)) this.#proven.add(tab);
    const { principal, realm } = this.#config;
    this.#expelTabsWith((literal) => literal !== secret, otherCredentials(principal, realm));
  }

  /**
   * Called when an attempt has failed. Returns true if that may be due to the secret and there is another one to be tried.
   *
   * Before the first WELCOME a tab whose own value was refused is expelled, so that its user learns of it, unless all secrets were: then
   * the session ends for all. Later, the router may merely not have its users back yet.
   */
  refused({ error, fatal, secretSent = false, secretRefused = false }: Disconnection): boolean {
    // A stale token and a router that is away look the same to a browser.
    this.#access.failed();
    if (!secretSent) return false;
    const source = this.#secret.failed();
    this.#accepted = undefined;
    if (!this.#secret.hasUntried) return false;
    // Another reason may pass: then the value is only tried after all others.
    if (fatal && secretRefused && !this.#wasAccepted)
      this.#expelTabsWith((literal) => literal === source, error);
    return true;
  }

  /** Returns an error without the secrets that a router may have echoed. */
  redacted(error: ErrorRecord): ErrorRecord {
    return redacted(error, [
      ...this.#secret.known,
      ...(this.#dialed === undefined ? [] : secretsOfUrl(this.#dialed)),
    ]);
  }

  #expelTabsWith(predicate: (literal: string) => boolean, reason: ErrorRecord): void {
    for (const tab of this.#secret.tabsWith(predicate)) {
      if (this.#proven.has(tab)) continue;
      this.#expel(tab, reason);
    }
    this.#secret.forget(predicate);
  }
}
