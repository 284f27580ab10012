import { printed, sessionKey } from "../../contract/identity.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { ClientEnvironment } from "../attach/environment.js";
import { isInvalidArgumentError } from "../errors/argument-errors.js";
import { noMore } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";
import { OptionConflictError } from "../errors/session-errors.js";
import { createClientSession } from "./client-session.js";
import type { ClientSession, Leaseholder } from "./client-session.js";
import { createLease } from "./lease.js";
import type { SessionFacade } from "./lease.js";
import { completeOptions } from "./settings.js";
import type { Settings } from "./settings.js";

interface Entry {
  readonly session: ClientSession;
  readonly started: Promise<void>;
}

/**
 * The sessions of one tab: one for each identity (URLs, realm, principal), however often the tab connects. Each `connect()` is a lease of
 * it from the moment of the call, so that the session outlives a lease that ends while the next `connect()` waits for the hub.
 */
export interface SessionRegistry {
  /** See `connect`. Refuses arguments that it does not have. */
  connect(options: ConnectOptions, ...others: readonly unknown[]): Promise<SessionFacade>;
}

/**
 * @param openEnvironment throws if the client cannot run
 * @param baseUrl returns the URL that those of routers may be relative to
 */
export function createSessionRegistry(
  openEnvironment: () => ClientEnvironment,
  baseUrl: () => string | undefined,
): SessionRegistry {
  const entries = new Map<string, Entry>();

  async function open(settings: Settings): Promise<SessionFacade> {
    const { urls, options } = settings;
    const key = sessionKey({ ...options, urls });
    const existing = entries.get(key);
    const { session, started } = existing ?? begin(key, settings);
    const { passthru } = settings;
    // Otherwise what the application wants to be encrypted might be sent in clear.
    if (passthru !== undefined && passthru !== session.settings.passthru)
      throw invalid(
        "connect(): options.passthru",
        passthru,
        "the same as in every connect() of this page to the session",
      );
    const { owner, facade } = createLease(session, settings);
    try {
      await started;
    } catch (error) {
      // The options that the hub refused are those of another `connect()`, and this one has its own.
      if (existing !== undefined && isInvalidArgumentError(error)) return await open(settings);
      throw error;
    }
    try {
      await compare(session, owner);
    } catch (error) {
      void facade.leave();
      throw error;
    }
    return facade;
  }

  function begin(key: string, settings: Settings): Entry {
    const session = createClientSession(openEnvironment(), settings, () => {
      if (entries.get(key) === entry) entries.delete(key);
    });
    const entry = { session, started: session.start() };
    entries.set(key, entry);
    return entry;
  }

  return {
    connect: async (options, ...others) => {
      noMore("connect()", others);
      return await open(completeOptions(options, baseUrl()));
    },
  };
}

/** Lets the hub compare the options of a lease with those of the session that the page has; warns of differences. */
async function compare(session: ClientSession, lease: Leaseholder): Promise<void> {
  const { options: stands } = session.settings;
  const { options: asked } = lease.settings;
  if (printed(stands) === printed(asked)) return;
  for (const difference of await session.whole.judge(asked)) {
    lease.warn(
      new OptionConflictError(`This page already has the session with a different option: ${difference}`),
    );
  }
}
