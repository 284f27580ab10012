import { sessionKey } from "../contract/identity.js";
import type { Incarnation } from "../contract/ids.js";
import { sessionLock, tabLock } from "../contract/port.js";
import type { AttachAnswer, HubInspection, TabHello } from "../contract/port.js";
import type { TabRequest } from "../contract/requests.js";
import type { SerializerName } from "../protocol/payload.js";
import type { Environment } from "./environment.js";
import { invalidArgument } from "../connection/error-records.js";
import { sessionElsewhere } from "./error-records.js";
import { admit, judgeHello, refusalToShare, refuse } from "./session/admission.js";
import { SessionFence } from "./session/session-fence.js";
import { SharedSession } from "./session/shared-session.js";
import type { Departure } from "./session/shared-session.js";
import type { TabPeer } from "./tab/tab.js";

/** Milliseconds that the attachment of a tab is delayed at most to load a serializer. */
const CODEC_TIMEOUT = 2_000;

/** An attached tab, as seen by the port to its page. */
export interface AttachedTab {
  /** Accepts requests, in order; resolves when the hub can accept more. */
  post(batch: readonly TabRequest[]): Promise<void>;
  /** Releases everything that belongs to the tab; for the last tab it resolves after GOODBYE. */
  leave(): Promise<void>;
  reconnectNow(): Promise<void>;
  setHidden(isHidden: boolean): Promise<void>;
  /** Resolves when the tab has left or vanished and nothing more will be sent to it. */
  readonly departed: Promise<void>;
}

/** The answer to a hello, and the attached tab if the tab was admitted. */
export interface Attachment {
  readonly answer: AttachAnswer;
  readonly port: AttachedTab | undefined;
}

/** The multiplexer: all sessions of an origin, by their identity, and the tabs that share them. */
export class Hub {
  readonly incarnation: Incarnation;
  readonly #env: Environment;
  readonly #sessions = new Map<string, SharedSession>();
  readonly #fence: SessionFence;
  /** URLs of files that no tab waits for any more, because they did not arrive in time. */
  readonly #slowPlaces = new Set<string>();

  constructor(env: Environment) {
    this.#env = env;
    this.incarnation = env.randomId() as Incarnation;
    this.#fence = new SessionFence(env.locks, env.clock, (key) => sessionLock(env.workerUrl, key));
  }

  /** Prepares for a tab and attaches it, unless another hub has its session. */
  async admit(given: TabHello, peer: TabPeer): Promise<Attachment> {
    await this.prepare(given);
    const { hello, refusal } = judgeHello(given, this.#env.isSecure);
    if (refusal !== undefined) return refuse(refusal);
    const endClaim = await this.#fence.claim(sessionKey(hello.session));
    if (endClaim === undefined) return refuse(sessionElsewhere(this.#env.workerUrl));
    try {
      return this.attach(given, peer);
    } finally {
      endClaim();
    }
  }

  /**
   * Attaches a tab to its session, which must have been claimed (`admit`). Never throws: a refusal is data, which a tab of any version can
   * read.
   */
  attach(given: TabHello, peer: TabPeer): Attachment {
    const { hello, refusal } = judgeHello(given, this.#env.isSecure);
    if (refusal !== undefined) return refuse(refusal);
    const session = this.#sessionFor(hello);
    if (session.has(hello.tab))
      return refuse(invalidArgument("The tab", hello.tab, "an id that is not in use"));
    const refusalBySession = refusalToShare(session, hello);
    if (refusalBySession !== undefined) return refuse(refusalBySession);
    const port = this.#attachTo(session, hello, peer);
    const answer = admit(session.config, hello.session, {
      incarnation: this.incarnation,
      status: session.status,
      storage: this.#env.store.status,
      serializer: this.#env.codecs.find(preferredSerializer(hello))?.name ?? "json",
    });
    return { answer, port };
  }

  /**
   * Loads the serializer that a tab prefers. Takes at most 2 s, and that once for each place of its file:
   * a tab that is attached without the serializer encodes its first arguments in JSON.
   */
  async prepare(given: TabHello): Promise<void> {
    const { hello, refusal } = judgeHello(given, this.#env.isSecure);
    if (refusal !== undefined) return;
    const { codecs, clock, log } = this.#env;
    for (const { serializer, url } of hello.codecUrls) codecs.locate(serializer, url);
    const preferred = preferredSerializer(hello);
    if (codecs.find(preferred) !== undefined) return;
    const place = hello.codecUrls.find(({ serializer }) => serializer === preferred)?.url ?? "";
    await new Promise<void>((resolve) => {
      const stop = clock.after(CODEC_TIMEOUT, () => {
        this.#slowPlaces.add(place);
        resolve();
      });
      // Another attempt, but no tab waits for it.
      if (this.#slowPlaces.has(place)) resolve();
      codecs
        .load(preferred)
        .catch((cause: unknown) => log(`The serializer "${preferred}" could not be loaded`, cause))
        .finally(() => {
          stop();
          resolve();
        });
    });
  }

  inspect(): HubInspection {
    return {
      incarnation: this.incarnation,
      sessions: [...this.#sessions.values()].map((session) => session.inspect()),
    };
  }

  #attachTo(session: SharedSession, hello: TabHello, peer: TabPeer): AttachedTab {
    const tab = session.add(hello, peer);
    const depart = (departure: Departure): Promise<void> => {
      stopWatching();
      return session.remove(tab, departure);
    };
    const stopWatching = this.#env.locks.watch(tabLock(hello.tab), (refusal) => {
      // Without the watch, the tab's own goodbye is the only sign of its end.
      if (refusal === undefined) void depart("vanished");
      else this.#env.log("a tab cannot be watched", refusal);
    });
    // The answer to the hello precedes every notice.
    this.#env.defer(() => tab.notices.open());
    return {
      departed: tab.departed,
      post: (batch) => {
        session.take(tab, batch);
        return Promise.resolve();
      },
      leave: () => depart("left"),
      reconnectNow: () => {
        session.reconnectNow();
        return Promise.resolve();
      },
      setHidden: (isHidden) => {
        session.setHidden(tab, isHidden);
        return Promise.resolve();
      },
    };
  }

  /** Returns the session of this identity, or starts a new one. */
  #sessionFor({ session: config, wasOnline }: TabHello): SharedSession {
    const key = sessionKey(config);
    const known = this.#sessions.get(key);
    // A session that merely lingers must not refuse the tab that is there, with a fresh ticket.
    if (known?.isLingering === true && !known.credentials.admits(config.auth, wasOnline)) void known.close();
    if (known !== undefined && !known.closing) return known;
    const session = new SharedSession(config, this.#env);
    const endClaim = this.#fence.extend(key);
    void session.closed.then(() => {
      endClaim();
      if (this.#sessions.get(key) === session) this.#sessions.delete(key);
    });
    this.#sessions.set(key, session);
    // A session that is still saying GOODBYE is waited for, so that the router never has two of them.
    void session.start(known?.closed);
    return session;
  }
}

function preferredSerializer({ session }: TabHello): SerializerName {
  return session.serializers[0] ?? "json";
}
