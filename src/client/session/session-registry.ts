import { optionDifferences, sameCredentials, sessionKey } from "../../contract/identity.js";
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
    const key = sessionKey(settings.session);
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
  for (const difference of optionDifferences(comparable(stands), comparable(asked))) {
    core.warnings.emit(
      new OptionConflictError(`This page has the session already with another option: ${difference}`),
    );
  }
  return await session;
}

/** The options of one page's session, without the function that gives the secret. */
function comparable({ session, workerUrl, attachTimeout, callTimeout, offline }: Settings): object {
  return { ...session, workerUrl: workerUrl ?? null, attachTimeout, callTimeout, offline };
}
