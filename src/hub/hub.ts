import { tabLock } from "../contract/port.js";
import type { AttachAnswer, HubInspection, TabHello } from "../contract/port.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { Incarnation } from "../contract/ids.js";
import type { TabRequest } from "../contract/requests.js";
import type { SessionConfig } from "../contract/session-config.js";
import { optionDifferences, sessionKey } from "../contract/identity.js";
import { CONTRACT_VERSION } from "../contract/version.js";
import { checkUri } from "../protocol/uri.js";
import type { Environment } from "./environment.js";
import { invalidArgument } from "./error-records.js";
import { SharedSession } from "./session/shared-session.js";
import type { Departure } from "./session/shared-session.js";
import type { TabPeer } from "./tab/tab.js";

/** What an attached tab can do. */
export interface AttachedTab {
  /** Takes requests, in order; resolves when more may come. */
  post(batch: readonly TabRequest[]): Promise<void>;
  /** Releases everything of the tab; for the last one it resolves after GOODBYE. */
  leave(): Promise<void>;
  reconnectNow(): Promise<void>;
  /** Resolves when the tab has left or died and nothing more will be sent to it. */
  readonly gone: Promise<void>;
}

/** The answer to a hello, and the port when the answer is "ok". */
export interface Attachment {
  readonly answer: AttachAnswer;
  readonly port: AttachedTab | undefined;
}

/** The multiplexer: all sessions of an origin and the tabs on them. */
export class Hub {
  readonly incarnation: Incarnation;
  readonly #env: Environment;
  readonly #sessions = new Map<string, SharedSession>();

  constructor(env: Environment) {
    this.#env = env;
    this.incarnation = env.randomId() as Incarnation;
  }

  /** Takes a tab in. Never rejects: a refusal is data, which a tab of any version can read. */
  attach(hello: TabHello, sink: TabPeer): Attachment {
    if (hello.contract !== CONTRACT_VERSION) return refuse(contractMismatch(hello.contract));
    const { realm, uriRules } = hello.session;
    const broken = checkUri(realm, "realm", uriRules);
    if (broken !== undefined) return refuse(invalidArgument("The realm", realm, `a valid URI: ${broken}`));
    const session = this.#sessionFor(hello.session);
    if (!session.credentials.admits(hello.session.auth)) return refuse(otherCredentials(session.config));

    const tab = session.add(hello.tab, sink);
    const depart = (departure: Departure): Promise<void> => {
      stopWatching();
      return session.remove(tab, departure);
    };
    const stopWatching = this.#env.locks.watch(tabLock(hello.tab), () => void depart("vanished"));
    // The answer goes before every notice.
    this.#env.defer(() => tab.notices.open());
    return {
      answer: {
        ok: true,
        hello: {
          contract: CONTRACT_VERSION,
          incarnation: this.incarnation,
          status: session.status,
          storage: this.#env.store.status,
          differences: optionDifferences(session.config, hello.session),
        },
      },
      port: {
        gone: tab.gone,
        post: (batch) => {
          session.take(tab, batch);
          return Promise.resolve();
        },
        leave: () => depart("left"),
        reconnectNow: () => {
          session.reconnectNow();
          return Promise.resolve();
        },
      },
    };
  }

  /** Loads the serializers in which a tab may encode its arguments; to be awaited before `attach`. */
  async prepare(hello: TabHello): Promise<void> {
    if (hello.contract !== CONTRACT_VERSION) return;
    // JSON too: a tab encodes in it as long as it has no other codec.
    await this.#env.codecs.load(["json", ...hello.session.serializers]);
  }

  inspect(): HubInspection {
    return {
      incarnation: this.incarnation,
      sessions: [...this.#sessions.values()].map((session) => session.inspect()),
    };
  }

  /** The living session of this identity, or a new one. */
  #sessionFor(config: SessionConfig): SharedSession {
    const key = sessionKey(config);
    const living = this.#sessions.get(key);
    if (living !== undefined && !living.closing) return living;
    const session = new SharedSession(config, this.#env, () => {
      if (this.#sessions.get(key) === session) this.#sessions.delete(key);
    });
    this.#sessions.set(key, session);
    // A session that says goodbye is waited for, so that there are never two of them at the router.
    void session.start(living?.over);
    return session;
  }
}

function refuse(error: ErrorRecord): Attachment {
  return { answer: { ok: false, contract: CONTRACT_VERSION, error }, port: undefined };
}

function contractMismatch(tab: number): ErrorRecord {
  return {
    name: "ContractMismatchError",
    message: `The tab speaks version ${tab} of the port's contract, the worker that runs version ${CONTRACT_VERSION}`,
    fields: { tab, worker: CONTRACT_VERSION },
  };
}

function otherCredentials(config: SessionConfig): ErrorRecord {
  return {
    name: "JoinError",
    message: `The session of ${config.principal} in ${config.realm} lives already, with other credentials`,
    fields: { uri: "wamp.error.authentication_failed", details: {} },
  };
}
