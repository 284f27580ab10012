import type { Disconnection } from "../../connection/disconnection.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { literalSecret, sameCredentials } from "../../contract/identity.js";
import type { ChallengeAnswer, Question } from "../../contract/port.js";
import { secretsOfUrl, withQuery } from "../../contract/router-url.js";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { Dict } from "../../protocol/dict.js";
import type { Clock } from "../../web/clock.js";
import { otherCredentials } from "../error-records.js";
import type { Tab } from "../tab/tab.js";
import { queryKind, secretKind, signatureKind } from "./answer-kinds.js";
import { createAnswers } from "./answers.js";
import type { Answers } from "./answers.js";
import { redacted, textsIn } from "./redact.js";
import type { AskingListener } from "./standing-question.js";
import type { Offer } from "./tab-asks.js";

/** Ends the session for one tab, for a reason that concerns no other tab. */
export type Expel = (tab: Tab, reason: ErrorRecord) => void;

/**
 * Everything secret of a session: the secrets of its authentication and the complete URLs of the router. Each attached tab is a source of
 * them. The router decides which secret is right; from then on, a tab with a different one has no part in the session, unless its own
 * was once the right one.
 * @param asking receives the secret or signature that a tab is being asked for
 * @param offer the request by which a tab has given them, if they are not those of its hello
 */
export function createCredentials(
  config: SessionConfig,
  clock: Clock,
  expel: Expel,
  asking: AskingListener,
  offer?: Offer,
) {
  const { auth, answerTimeout, connectTimeout } = config;
  const secrets = new Map<string, Answers<string>>();
  const signatures = new Map<string, Answers<ChallengeAnswer>>();
  for (const { method, secret, sign } of auth) {
    if (secret !== undefined)
      secrets.set(method, createAnswers(secretKind, clock, answerTimeout, asking, offer));
    // The router waits for a signature.
    if (sign !== undefined)
      signatures.set(
        method,
        createAnswers(signatureKind, clock, answerTimeout || connectTimeout, asking, offer),
      );
  }
  const answersOf = (method: string): Answers<string> | Answers<ChallengeAnswer> | undefined =>
    secrets.get(method) ?? signatures.get(method);
  /** The complete URLs, as a text, so that equal ones are one source; or the query that a tab's application adds to them. */
  const accesses = createAnswers(queryKind, clock, answerTimeout);
  /** The complete URLs of the attached tabs. */
  const urlsByTab = new Map<Tab, readonly string[]>();
  /** The complete URL of the latest attempt. */
  let dialed: string | undefined;
  /** The tabs whose secret the router has once accepted. */
  const proven = new Set<Tab>();
  /** The secrets that the router has accepted, and not refused since, by their methods. */
  const acceptedSecrets = new Map<string, string>();
  let wasAccepted = false;

  const expelTabsWith = (
    method: string,
    predicate: (literal: string) => boolean,
    reason: ErrorRecord,
  ): void => {
    const answers = secrets.get(method);
    for (const tab of answers?.tabsWith(predicate) ?? []) {
      if (proven.has(tab)) continue;
      expel(tab, reason);
    }
    answers?.forget(predicate);
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
    admits(auth: readonly AuthConfig[], wasOnline = false): boolean {
      // Without a tab, a secret that the router has not judged yet must not take the place of the joining tab's.
      const known = (method: string): string | undefined =>
        wasOnline ? undefined : (acceptedSecrets.get(method) ?? secrets.get(method)?.kept);
      return sameCredentials(config.auth, auth, known);
    },

    /** Adds a tab that was admitted; `wasOnline` as for `admits`. */
    add(tab: Tab, { auth, access }: Pick<SessionConfig, "auth" | "access">, wasOnline = false): void {
      if (wasOnline) wasAccepted = true;
      urlsByTab.set(tab, access.urls);
      for (const each of auth) {
        const literal = literalSecret(each);
        const isAccepted = literal !== undefined && literal === acceptedSecrets.get(each.method);
        if (wasOnline || isAccepted) proven.add(tab);
        const isMute = each.secret === "none" || each.sign === "none";
        if (isMute) answersOf(each.method)?.addMute(tab);
        else answersOf(each.method)?.add(tab, literal);
      }
      accesses.add(tab, access.query === undefined ? JSON.stringify(access.urls) : undefined);
    },

    remove(tab: Tab): void {
      for (const answers of [...secrets.values(), ...signatures.values(), accesses]) answers.remove(tab);
      urlsByTab.delete(tab);
      proven.delete(tab);
    },

    /**
     * Returns the secret of a method for the next attempt; asks the tabs if none of them passed it. Rejects when all tabs have refused.
     * @param challenge CHALLENGE.Extra, if the router has chosen the method
     */
    async secret(method: string, challenge?: Dict): Promise<string> {
      const question = { what: "secret", method, ...(challenge && { challenge }) } as const;
      return await answerTo(secrets.get(method), question);
    },

    /** Returns the answer of an application to a challenge. Rejects when all tabs have refused. */
    async signature(method: string, challenge: Dict): Promise<ChallengeAnswer> {
      return await answerTo(signatures.get(method), { what: "signature", method, challenge });
    },

    /** Returns the complete URL with this index for the next attempt; asks the tabs for the query if they have a function for it. */
    async address(index: number): Promise<string> {
      const { answer, source } = await accesses.get({ what: "query" });
      const urls =
        typeof source === "string" ? (JSON.parse(source) as readonly string[]) : urlsByTab.get(source);
      const url = urls?.[index];
      if (url === undefined) throw new Error(`The session has no URL ${index}`);
      dialed = typeof source === "string" ? url : withQuery(url, answer);
      return dialed;
    },

    /** Withdraws what the tabs are being asked for, which is no longer needed. */
    withdrawQuestions(): void {
      for (const answers of [...secrets.values(), ...signatures.values(), accesses]) answers.abandon();
    },

    /** Lets the tabs be asked anew for what they have not answered yet. */
    askAgain(): void {
      for (const answers of [...secrets.values(), ...signatures.values(), accesses]) answers.askAgain();
    },

    /**
     * Called at WELCOME, before anything else is sent: expels the tabs with a different secret.
     * @param method the method by which the session has proved its identity, if it had to
     */
    accepted(method: string | undefined): void {
      wasAccepted = true;
      accesses.accepted();
      // The router has not waited for it.
      for (const answers of [...secrets.values(), ...signatures.values()]) answers.abandon();
      if (method === undefined) return;
      signatures.get(method)?.accepted();
      const answers = secrets.get(method);
      const secret = answers?.accepted();
      if (secret === undefined) return;
      acceptedSecrets.set(method, secret);
      for (const tab of answers?.tabsWith((literal) => literal === secret) ?? []) proven.add(tab);
      const { principal, realm } = config;
      expelTabsWith(method, (literal) => literal !== secret, otherCredentials(principal, realm));
    },

    /**
     * Called when an attempt has failed. Returns true if that may be due to the secret and there is another one to be tried, or if a tab
     * has not given its part of it yet.
     *
     * Before the first WELCOME a tab whose own value was refused is expelled, so that its user learns of it, unless all secrets were: then
     * the session ends for all. Later, the router may merely not have its users back yet.
     */
    refused({ error, fatal, provenBy, askedFor, secretRefused = false }: Disconnection): boolean {
      // A stale token and a router that is away look the same to a browser.
      accesses.failed();
      if (askedFor !== undefined) {
        signatures.get(askedFor)?.abandon();
        secrets.get(askedFor)?.keep();
        return true;
      }
      const answers = provenBy === undefined ? undefined : answersOf(provenBy);
      if (provenBy === undefined || answers === undefined) return false;
      const source = answers.failed();
      acceptedSecrets.delete(provenBy);
      // The application is asked once more in place of an answer that may have expired.
      if (!answers.hasUntried) return answers.wasKept;
      // Another reason may pass: then the value is only tried after all others.
      if (fatal && secretRefused && !wasAccepted)
        expelTabsWith(provenBy, (literal) => literal === source, error);
      return true;
    },

    /** Returns an error without the secrets that a router may have echoed. */
    redacted(error: ErrorRecord): ErrorRecord {
      const known = [...secrets.values()].flatMap(({ literals, answer }) => [...literals, answer]);
      const given = [...signatures.values()].map(({ answer }) => answer);
      const others = textsIn([given, config.hello, config.auth.map(({ authextra }) => authextra)]);
      const texts = known.filter((text) => text !== undefined);
      const inUrl = dialed === undefined ? [] : secretsOfUrl(dialed);
      return redacted(error, [...texts, ...others.filter(mayBeSecret), ...inUrl]);
    },
  };
}

export type Credentials = ReturnType<typeof createCredentials>;

/** Short texts are words of the application, which errors may use as well. */
function mayBeSecret(text: string): boolean {
  return text.length >= 8;
}

async function answerTo<Value>(answers: Answers<Value> | undefined, question: Question): Promise<Value> {
  if (answers === undefined) throw new Error(`The method "${question.method}" has no ${question.what}`);
  const { answer } = await answers.get(question);
  return answer;
}
