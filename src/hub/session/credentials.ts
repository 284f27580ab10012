import type { Disconnection } from "../../connection/disconnection.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { literalSecret, sameCredentials } from "../../contract/identity.js";
import { secretsOfUrl, withQuery } from "../../contract/router-url.js";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { Clock } from "../../web/clock.js";
import { otherCredentials } from "../error-records.js";
import type { Tab } from "../tab/tab.js";
import { createAnswers } from "./answers.js";
import { redacted } from "./redact.js";

/** Ends the session for one tab, for a reason that concerns no other tab. */
export type Expel = (tab: Tab, reason: ErrorRecord) => void;

/**
 * Everything secret of a session: the secret of its authentication and the complete URLs of the router. Each attached tab is a source of
 * both. The router decides which secret is right; from then on, a tab with a different one has no part in the session, unless its own
 * was once the right one.
 */
export function createCredentials(config: SessionConfig, clock: Clock, expel: Expel) {
  const secrets = createAnswers("secret", clock);
  /** The complete URLs, as a text, so that equal ones are one source; or the query that a tab's application adds to them. */
  const accesses = createAnswers("query", clock, true);
  /** The complete URLs of the attached tabs. */
  const urlsByTab = new Map<Tab, readonly string[]>();
  /** The complete URL of the latest attempt. */
  let dialed: string | undefined;
  /** The tabs whose secret the router has once accepted. */
  const proven = new Set<Tab>();
  /** The secret that the router has accepted, and not refused since. */
  let acceptedSecret: string | undefined;
  let wasAccepted = false;

  const expelTabsWith = (predicate: (literal: string) => boolean, reason: ErrorRecord): void => {
    for (const tab of secrets.tabsWith(predicate)) {
      if (proven.has(tab)) continue;
      expel(tab, reason);
    }
    secrets.forget(predicate);
  };

  return {
    /** True once the router has accepted the credentials, in this worker or an earlier one. */
    get wasAccepted(): boolean {
      return wasAccepted;
    },

    /**
     * Tells whether a tab with this authentication may join. Until the router has accepted a secret, none is known to be wrong.
     * @param wasOnline true if the tab had a part in the session in an earlier worker, so that its secret was right
     */
    admits(auth: AuthConfig, wasOnline = false): boolean {
      // Without a tab, a secret that the router has not judged yet must not take the place of the joining tab's.
      const known = acceptedSecret ?? secrets.kept;
      return sameCredentials(config.auth, auth, wasOnline ? undefined : known);
    },

    /** Adds a tab that was admitted; `wasOnline` as for `admits`. */
    add(tab: Tab, { auth, access }: Pick<SessionConfig, "auth" | "access">, wasOnline = false): void {
      const literal = literalSecret(auth);
      if (wasOnline || (literal !== undefined && literal === acceptedSecret)) proven.add(tab);
      if (wasOnline) wasAccepted = true;
      urlsByTab.set(tab, access.urls);
      if (auth.method !== "anonymous") secrets.add(tab, literal);
      accesses.add(tab, access.query === undefined ? JSON.stringify(access.urls) : undefined);
    },

    remove(tab: Tab): void {
      secrets.remove(tab);
      accesses.remove(tab);
      urlsByTab.delete(tab);
      proven.delete(tab);
    },

    /** Returns the secret for the next attempt; asks the tabs if none of them passed it. Rejects when all tabs have refused. */
    async secret(): Promise<string> {
      const { answer } = await secrets.get();
      return answer;
    },

    /** Returns the complete URL with this index for the next attempt; asks the tabs for the query if they have a function for it. */
    async address(index: number): Promise<string> {
      const { answer, source } = await accesses.get();
      const urls =
        typeof source === "string" ? (JSON.parse(source) as readonly string[]) : urlsByTab.get(source);
      const url = urls?.[index];
      if (url === undefined) throw new Error(`The session has no URL ${index}`);
      dialed = typeof source === "string" ? url : withQuery(url, answer);
      return dialed;
    },

    /** Called at WELCOME, before anything else is sent: expels the tabs with a different secret. */
    accepted(): void {
      wasAccepted = true;
      accesses.accepted();
      const secret = secrets.accepted();
      acceptedSecret = secret;
      if (secret === undefined) return;
      for (const tab of secrets.tabsWith((literal) => literal === secret)) proven.add(tab);
      const { principal, realm } = config;
      expelTabsWith((literal) => literal !== secret, otherCredentials(principal, realm));
    },

    /**
     * Called when an attempt has failed. Returns true if that may be due to the secret and there is another one to be tried.
     *
     * Before the first WELCOME a tab whose own value was refused is expelled, so that its user learns of it, unless all secrets were: then
     * the session ends for all. Later, the router may merely not have its users back yet.
     */
    refused({ error, fatal, secretSent = false, secretRefused = false }: Disconnection): boolean {
      // A stale token and a router that is away look the same to a browser.
      accesses.failed();
      if (!secretSent) return false;
      const source = secrets.failed();
      acceptedSecret = undefined;
      if (!secrets.hasUntried) return false;
      // Another reason may pass: then the value is only tried after all others.
      if (fatal && secretRefused && !wasAccepted) expelTabsWith((literal) => literal === source, error);
      return true;
    },

    /** Returns an error without the secrets that a router may have echoed. */
    redacted(error: ErrorRecord): ErrorRecord {
      return redacted(error, [...secrets.known, ...(dialed === undefined ? [] : secretsOfUrl(dialed))]);
    },
  };
}

export type Credentials = ReturnType<typeof createCredentials>;
