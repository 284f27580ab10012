import { createLastingParts } from "../../connection/lasting-parts.js";
import { createReconnector } from "../../connection/reconnector.js";
import type { Reconnector, ReconnectorAccess, ReconnectorEvents } from "../../connection/reconnector.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { identityOf, withoutSecrets } from "../../contract/identity.js";
import type { AccessConfig, AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Environment } from "../environment.js";
import { reauthenticated } from "../error-records.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Tab } from "../tab/tab.js";
import { createCredentials } from "./credentials.js";
import type { Credentials, Expel } from "./credentials.js";
import type { AskingListener } from "./standing-question.js";
import type { Offer } from "./tab-asks.js";

/** The credentials of a session, and the connections that are made with them. */
interface Login {
  readonly auth: readonly AuthConfig[];
  readonly credentials: Credentials;
  readonly reconnector: Reconnector;
}

/** Credentials that a session had before, with which tabs may still join. */
type FormerLogin = Pick<Login, "auth" | "credentials">;

/** A login that a tab has asked for and that has no session yet. */
interface Attempt {
  readonly pending: PendingRequest;
  readonly tab: Tab;
  /** The login that comes back if this one fails. */
  readonly before: Login;
}

/** The credentials with which a tab joins. */
type OwnCredentials = Pick<SessionConfig, "auth" | "access">;

/**
 * The logins of one session, one after the other: that of its first tab, and those of `reauthenticate()`. The WAMP session of one is over
 * before that of the next begins. A login that fails before its first WELCOME gives way to the one before it.
 */
export function createLogins(
  config: SessionConfig,
  env: Environment,
  expel: Expel,
  events: ReconnectorEvents,
) {
  const lasting = createLastingParts(config);
  const accesses = new Map<Tab, AccessConfig>();
  /** Resolves when the connections of former logins are over. */
  let ended: Promise<unknown> = Promise.resolve();
  let lastUrl: string | undefined;
  let isClosed = false;
  let isOffline = false;
  let attempt: Attempt | undefined;
  let former: readonly FormerLogin[] = [];
  /** The credentials of the latest attempt that has failed: a router that has seen them may still quote them. */
  let failedCredentials: Credentials | undefined;

  const credentialsFor = (auth: readonly AuthConfig[], offer?: Offer): Credentials => {
    const asking: AskingListener = (question) => {
      if (current.credentials === credentials) current.reconnector.asking(question);
    };
    const credentials = createCredentials({ ...config, auth }, env.clock, expel, asking, offer);
    return credentials;
  };

  /** Returns what a reconnector may know of credentials. */
  const accessOf = (credentials: Credentials): ReconnectorAccess => ({
    ...credentials,
    redacted: (error) => known().reduce((shown, each) => each.redacted(shown), error),
  });

  /** Returns all credentials that the router may have seen, or a tab may still have. */
  const known = (): readonly Credentials[] => [
    ...new Set([
      ...[current, settled(), ...former].map(({ credentials }) => credentials),
      ...(failedCredentials === undefined ? [] : [failedCredentials]),
    ]),
  ];

  const createLogin = (auth: readonly AuthConfig[], credentials: Credentials): Login => {
    const login: Login = {
      auth,
      credentials,
      reconnector: createReconnector(env, { ...config, auth }, lasting, accessOf(credentials), {
        ...events,
        online: (session, provenBy) => {
          lastUrl = session.url;
          // Nothing of a tab with another secret may be sent.
          credentials.accepted(provenBy);
          events.online(session, provenBy);
        },
        status: (status) => {
          if (current === login) statusChanged(status);
        },
        isFatal: (reason) => {
          const verdict = events.isFatal(reason);
          // The application judges for the session: an attempt that the router refuses must not keep that from the login before it.
          const isAttempt = current === login && attempt !== undefined;
          return isAttempt ? verdict?.then((isFatal) => isFatal === true || undefined) : verdict;
        },
      }),
    };
    return login;
  };

  let current = createLogin(config.auth, credentialsFor(config.auth));

  /** Returns the login that the tabs know of. */
  const settled = (): Login => attempt?.before ?? current;

  const statusChanged = (status: StatusRecord): void => {
    if (status.state === "closed" && !isClosed && attempt !== undefined)
      return giveUp(attempt, status.reason);
    if (status.state === "closed") isClosed = true;
    const succeeded = status.state === "online" ? attempt : undefined;
    if (succeeded !== undefined) succeed(succeeded);
    events.status(status);
    // The application finds the new status when its promise resolves.
    succeeded?.pending.resolve({ kind: "done", request: succeeded.pending.request });
  };

  const succeed = ({ before, tab, pending }: Attempt): void => {
    attempt = undefined;
    remember(before);
    former = former.filter(({ auth }) => isFormer(auth));
    for (const each of accesses.keys()) tellIdentity(each, each === tab ? pending : undefined);
  };

  /** Remembers credentials that the session has had, once for each identity. */
  const remember = ({ auth, credentials }: FormerLogin): void => {
    const name = identityOf(auth);
    former = [...former.filter((other) => identityOf(other.auth) !== name), { auth, credentials }];
  };

  const isFormer = (auth: readonly AuthConfig[]): boolean => identityOf(auth) !== identityOf(settled().auth);

  /** Tells a tab the credentials for its next hello. */
  const tellIdentity = (tab: Tab, pending?: PendingRequest): void =>
    tab.notices.push({
      kind: "identity",
      auth: withoutSecrets(settled().auth),
      former: former.map(({ auth }) => withoutSecrets(auth)),
      ...(pending && { request: pending.request }),
    });

  /** Ends the present connection, and connects with another login. */
  const use = (next: Login): void => {
    const { credentials, reconnector } = current;
    current = next;
    credentials.withdrawQuestions();
    ended = Promise.all([ended, reconnector.close("wamp.close.normal", reauthenticated())]);
    events.status(next.reconnector.status);
    void ended.then(() => {
      if (current !== next) return;
      if (isOffline) next.reconnector.networkChanged(false);
      next.reconnector.start(lastUrl, next.credentials.wasAccepted);
    });
  };

  /** Returns to the login before an attempt that has failed, or that its tab has given up. */
  const giveUp = (failed: Attempt, reason?: ErrorRecord): void => {
    if (attempt !== failed) return;
    attempt = undefined;
    failedCredentials = current.credentials;
    const { auth, credentials } = failed.before;
    use(createLogin(auth, credentials));
    if (reason !== undefined) failed.pending.reject(reason);
  };

  return {
    /** The configuration of the session, with the credentials that the tabs know of. */
    get config(): SessionConfig {
      return { ...config, auth: settled().auth };
    },

    get reconnector(): Reconnector {
      return current.reconnector;
    },

    /** Resolves when the connections of former logins are over. */
    get ended(): Promise<unknown> {
      return ended;
    },

    /** Starts connecting; `rememberedUrl` is tried first. */
    start(rememberedUrl: string | undefined): void {
      current.reconnector.start(rememberedUrl, current.credentials.wasAccepted);
    },

    async close(): Promise<void> {
      isClosed = true;
      await Promise.all([ended, current.reconnector.close("wamp.close.normal")]);
    },

    networkChanged(isOnline: boolean): void {
      isOffline = !isOnline;
      current.reconnector.networkChanged(isOnline);
    },

    hint(): void {
      current.reconnector.hint();
    },

    withdrawQuestions(): void {
      current.credentials.withdrawQuestions();
    },

    /** Tells whether a tab with these credentials may join; also with those that the session had before. `wasOnline` as for them. */
    admits(auth: readonly AuthConfig[], wasOnline = false): boolean {
      return [current, settled(), ...former].some(({ credentials }) => credentials.admits(auth, wasOnline));
    },

    /** Tells whether these are credentials that the session had before. */
    isFormer,

    /** Adds a tab that was admitted. Credentials that the session no longer has are no source of secrets. */
    add(
      tab: Tab,
      { auth, access }: OwnCredentials,
      wasOnline = false,
      known: readonly (readonly AuthConfig[])[] = [],
    ): void {
      accesses.set(tab, access);
      const stands = settled();
      const isSource = stands.credentials.admits(auth, wasOnline);
      for (const each of known)
        if (isFormer(each)) remember({ auth: each, credentials: credentialsFor(each) });
      if (isSource) stands.credentials.add(tab, { auth, access }, wasOnline);
      else stands.credentials.add(tab, mute(stands.auth, access));
      if (attempt !== undefined) current.credentials.add(tab, mute(current.auth, access));
      if (!isSource) tellIdentity(tab);
    },

    remove(tab: Tab): void {
      accesses.delete(tab);
      for (const credentials of known()) credentials.remove(tab);
    },

    /**
     * Connects anew with the credentials of a tab, whose request is settled by the outcome.
     * @param conditions resolve before the next connection
     */
    reauthenticate(
      tab: Tab,
      auth: readonly AuthConfig[],
      pending: PendingRequest,
      conditions: readonly Promise<void>[],
    ): void {
      ended = Promise.all([ended, ...conditions]);
      const before = settled();
      const replaced = attempt;
      if (replaced !== undefined) failedCredentials = current.credentials;
      const credentials = credentialsFor(auth, { tab, request: pending.request });
      for (const [each, access] of accesses)
        credentials.add(each, each === tab ? { auth, access } : mute(auth, access));
      const own: Attempt = { pending, tab, before };
      attempt = own;
      replaced?.pending.reject(reauthenticated(false));
      pending.onGivenUp = () => {
        if (!isClosed) giveUp(own);
        return undefined;
      };
      use(createLogin(auth, credentials));
    },
  };
}

/** Returns the credentials of a tab that has no part in a login but the router's URLs. */
function mute(auth: readonly AuthConfig[], access: AccessConfig): OwnCredentials {
  return { auth: withoutSecrets(auth), access };
}

export type Logins = ReturnType<typeof createLogins>;
