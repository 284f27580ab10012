import { literalSecret, optionDifferences, sameCredentials, sessionKey } from "../../contract/identity.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { ClientEnvironment } from "../attach/environment.js";
import { JoinError, OptionConflictError } from "../errors/session-errors.js";
import { extraArgument } from "./argument-counts.js";
import { createClientSession } from "./client-session.js";
import type { ClientSession } from "./client-session.js";
import { createLease } from "./lease.js";
import { sessionFacade } from "./session-facade.js";
import type { SessionFacade } from "./session-facade.js";
import { parseSettings } from "./settings.js";
import type { Settings } from "./settings.js";

interface Entry {
  readonly session: ClientSession;
  readonly started: Promise<void>;
}

/**
 * The sessions of one tab: one for each identity (URLs, realm, principal), however often the tab connects. Each `connect()` is a lease of
 * it from the moment of the call, so that the session outlives a lease that ends while the next `connect()` waits for the hub.
 */
export class SessionRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #openEnvironment: () => ClientEnvironment;

  readonly #baseUrl: () => string | undefined;

  /**
   * @param openEnvironment throws if the client cannot run
   * @param baseUrl returns the URL that those of routers may be relative to
   */
  constructor(openEnvironment: () => ClientEnvironment, baseUrl: () => string | undefined) {
    this.#openEnvironment = openEnvironment;
    this.#baseUrl = baseUrl;
  }

  /** See `connect`. Refuses arguments that it does not have. */
  async connect(options: ConnectOptions, ...others: readonly unknown[]): Promise<SessionFacade> {
    const extra = extraArgument("connect()", ["options"], [options, ...others]);
    if (extra !== undefined) throw extra;
    const settings = parseSettings(options, this.#baseUrl());
    const key = sessionKey(settings.session);
    const existing = this.#entries.get(key);
    if (existing !== undefined) checkCredentials(existing.session, settings);
    const { session, started } = existing ?? this.#begin(key, settings);
    const lease = createLease(session, settings);
    for (const difference of optionDifferences(comparable(session.settings), comparable(settings))) {
      lease.warn(
        new OptionConflictError(`This page already has the session with a different option: ${difference}`),
      );
    }
    await started;
    return sessionFacade(lease);
  }

  #begin(key: string, settings: Settings): Entry {
    const session = createClientSession(this.#openEnvironment(), settings, () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    const entry = { session, started: session.start() };
    this.#entries.set(key, entry);
    return entry;
  }
}

/** Throws if the page already has the session with other credentials. */
function checkCredentials({ settings }: ClientSession, requested: Settings): void {
  const { auth, principal, realm } = settings.session;
  if (sameCredentials(auth, requested.session.auth, literalSecret(auth))) return;
  throw new JoinError(`A session of ${principal} in ${realm} already exists with different credentials`, {
    uri: "wamp.error.authentication_failed",
    details: {},
  });
}

/** Returns the options to compare, without the function that returns the secret. */
function comparable({ session, workerUrl, attachTimeout, callTimeout, offline }: Settings): object {
  return { ...session, workerUrl: workerUrl ?? null, attachTimeout, callTimeout, offline };
}
