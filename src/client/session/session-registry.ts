import type { AuthConfig } from "../../contract/session-config.js";
import type { ConnectOptions } from "../api/connect-options.js";
import { JoinError, OptionConflictError } from "../errors/session-errors.js";
import type { Page } from "../attach/page.js";
import { SessionFacade } from "./session-facade.js";
import { ClientSession } from "./client-session.js";
import { parseSettings } from "./settings.js";
import type { Settings } from "./settings.js";

interface Entry {
  readonly core: ClientSession;
  readonly session: Promise<SessionFacade>;
}

/** The sessions of one page: one for each (URLs, realm, principal), whoever in the page connects. */
export class SessionRegistry {
  readonly #living = new Map<string, Entry>();
  readonly #openPage: () => Page;

  /** `openPage` throws where there is no page. */
  constructor(openPage: () => Page) {
    this.#openPage = openPage;
  }

  /** See `connect`. */
  async connect(options: ConnectOptions): Promise<SessionFacade> {
    const settings = parseSettings(options);
    const { urls, realm, principal } = settings.session;
    const key = JSON.stringify([urls, realm, principal]);
    const living = this.#living.get(key);
    if (living !== undefined) return await joined(living, settings);
    const entry = this.#begin(settings, () => {
      if (this.#living.get(key) === entry) this.#living.delete(key);
    });
    this.#living.set(key, entry);
    return await entry.session;
  }

  #begin(settings: Settings, ended: () => void): Entry {
    const core = new ClientSession(this.#openPage(), settings, ended);
    const session = core.start().then(
      () => new SessionFacade(core),
      (error: unknown) => {
        core.gone(error);
        throw error;
      },
    );
    return { core, session };
  }
}

async function joined({ core, session }: Entry, asked: Settings): Promise<SessionFacade> {
  const stands = core.settings;
  if (!sameCredentials(stands.session.auth, asked.session.auth)) {
    const { principal, realm } = stands.session;
    throw new JoinError(`The session of ${principal} in ${realm} lives already, with other credentials`, {
      uri: "wamp.error.authentication_failed",
      details: {},
    });
  }
  for (const difference of differences(stands, asked)) {
    core.warnings.emit(
      new OptionConflictError(`This page has the session already with another option: ${difference}`),
    );
  }
  return await session;
}

/** A function that gives the secret cannot be compared: the worker has what the first one gave. */
function sameCredentials(stands: AuthConfig, asked: AuthConfig): boolean {
  if (stands.method !== asked.method || stands.authid !== asked.authid) return false;
  if (stands.method !== "ticket" || asked.method !== "ticket") return true;
  if (stands.secret === "ask" || asked.secret === "ask") return true;
  return stands.secret.literal === asked.secret.literal;
}

function differences(stands: Settings, asked: Settings): string[] {
  return Object.entries(comparable(stands)).flatMap(([name, value]) => {
    const other = comparable(asked)[name];
    return value === other ? [] : [`${name} is ${value}, asked for was ${other}`];
  });
}

/** Each option as text; without what is a secret or a function. */
function comparable({
  session,
  workerUrl,
  attachTimeout,
  callTimeout,
  offline,
}: Settings): Record<string, string> {
  const { auth: _auth, ...shown } = session;
  const all = { ...shown, workerUrl: workerUrl ?? null, attachTimeout, callTimeout, offline };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, JSON.stringify(value)]));
}
