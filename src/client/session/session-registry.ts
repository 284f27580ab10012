import { literalSecret, optionDifferences, sameCredentials, sessionKey } from "../../contract/identity.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { ClientEnvironment } from "../attach/environment.js";
import { JoinError, OptionConflictError } from "../errors/session-errors.js";
import { ClientSession } from "./client-session.js";
import { SessionFacade } from "./session-facade.js";
import { parseSettings } from "./settings.js";
import type { Settings } from "./settings.js";

interface Entry {
  readonly session: ClientSession;
  readonly facade: Promise<SessionFacade>;
}

/** The sessions of one tab: one for each identity (URLs, realm, principal), however often the tab connects. */
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

  /** See `connect`. */
  async connect(options: ConnectOptions): Promise<SessionFacade> {
    const settings = parseSettings(options, this.#baseUrl());
    const key = sessionKey(settings.session);
    const existing = this.#entries.get(key);
    if (existing !== undefined) return await join(existing, settings);
    const entry = this.#begin(settings, () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    this.#entries.set(key, entry);
    return await entry.facade;
  }

  #begin(settings: Settings, onEnd: () => void): Entry {
    const session = new ClientSession(this.#openEnvironment(), settings, onEnd);
    const facade = session.start().then(
      () => new SessionFacade(session),
      (error: unknown) => {
        session.hubFailed(error);
        throw error;
      },
    );
    return { session, facade };
  }
}

async function join({ session, facade }: Entry, requested: Settings): Promise<SessionFacade> {
  const { settings } = session;
  const { auth } = settings.session;
  if (!sameCredentials(auth, requested.session.auth, literalSecret(auth))) {
    const { principal, realm } = settings.session;
    throw new JoinError(`A session of ${principal} in ${realm} already exists with different credentials`, {
      uri: "wamp.error.authentication_failed",
      details: {},
    });
  }
  for (const difference of optionDifferences(comparable(settings), comparable(requested))) {
    session.warnings.emit(
      new OptionConflictError(`This page already has the session with a different option: ${difference}`),
    );
  }
  session.replaceFunctions(requested.ask);
  return await facade;
}

/** Returns the options to compare, without the function that returns the secret. */
function comparable({ session, workerUrl, attachTimeout, callTimeout, offline }: Settings): object {
  return { ...session, workerUrl: workerUrl ?? null, attachTimeout, callTimeout, offline };
}
