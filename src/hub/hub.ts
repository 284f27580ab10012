import { sessionKey } from "../contract/identity.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { Incarnation } from "../contract/ids.js";
import { sessionLock, tabLock } from "../contract/port.js";
import type { AttachAnswer, HubInspection, TabHello } from "../contract/port.js";
import type { TabRequest } from "../contract/requests.js";
import { isRecord } from "../contract/rules.js";
import { choiceName, customOf } from "../contract/session-config.js";
import { isOwnSerializer } from "../protocol/payload.js";
import type { SerializerName } from "../protocol/payload.js";
import type { Notice } from "../contract/notices.js";
import type { Environment } from "./environment.js";
import { invalidArgument } from "../connection/error-records.js";
import { isRefused } from "../connection/gate/refusal.js";
import { serializerMissing, sessionElsewhere } from "./error-records.js";
import { admit, judgeHello, refusalToShare, refuse } from "./session/admission.js";
import type { JudgedHello } from "./session/admission.js";
import { createSessionFence } from "./session/session-fence.js";
import { createSharedSession } from "./session/shared-session.js";
import { storageStatus, watchStorage } from "./storage-status.js";
import type { SharedSession } from "./session/shared-session.js";
import type { Departure } from "./session/linger.js";
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
  networkChanged(isOnline: boolean): Promise<void>;
  /** Rejects for a serializer that does not exist, and for values that are no notices. */
  transcode(serializer: SerializerName, notices: readonly Notice[]): Promise<readonly (readonly Notice[])[]>;
  /** Resolves when the tab has left or vanished and nothing more will be sent to it. */
  readonly departed: Promise<void>;
}

/** The answer to a hello, and the attached tab if the tab was admitted. */
export interface Attachment {
  readonly answer: AttachAnswer;
  readonly port: AttachedTab | undefined;
}

/** The multiplexer: all sessions of an origin, by their identity, and the tabs that share them. */
export function createHub(env: Environment) {
  const incarnation = env.randomId() as Incarnation;
  const sessions = new Map<string, SharedSession>();
  const fence = createSessionFence(env.locks, env.clock, (key) => sessionLock(env.workerUrl, key));
  /** URLs of files that no tab waits for any more, because they did not arrive in time. */
  const slowPlaces = new Set<string>();

  const join = (
    hello: JudgedHello,
    peer: TabPeer,
    missing?: Promise<ErrorRecord | undefined>,
  ): Attachment => {
    const session = sessionFor(hello);
    const refusal = session.has(hello.tab)
      ? invalidArgument("The tab", hello.tab, "an id that is not in use")
      : refusalToShare(session, hello);
    if (refusal !== undefined) return refuse(refusal);
    const tab = session.add(hello, peer);
    void missing?.then((warning) => warning && tab.tellOnce(warning));
    const depart = (departure: Departure): Promise<void> => {
      stopWatching();
      return session.remove(tab, departure);
    };
    const stopWatching = env.locks.watch(tabLock(hello.tab), (watchRefusal) => {
      // Without the watch, the tab's own goodbye is the only sign of its end.
      if (watchRefusal === undefined) void depart("vanished");
      else env.log("a tab cannot be watched", watchRefusal);
    });
    // The answer to the hello precedes every notice.
    env.defer(() => tab.notices.open());
    const answer = admit(session, hello.session, {
      incarnation,
      status: session.status,
      storage: storageStatus(env),
      serializer: env.codecs.find(preferredSerializer(hello))?.name ?? "json",
    });
    const port: AttachedTab = {
      departed: tab.departed,
      post: (batch) => Promise.resolve(session.take(tab, batch)),
      leave: () => depart("left"),
      reconnectNow: () => Promise.resolve(session.reconnectNow()),
      setHidden: (isHidden) => Promise.resolve(session.setHidden(tab, isHidden)),
      networkChanged: (isOnline) => Promise.resolve(session.networkChanged(tab, isOnline)),
      transcode: (serializer, notices) =>
        Promise.resolve().then(() => tab.reader.readGiven(serializer, notices)),
    };
    return { answer, port };
  };

  /**
   * Loads the serializer that a tab prefers. Takes at most 2 s, and that once for each place of its file:
   * a tab that is attached without the serializer encodes its first arguments in JSON. Resolves with the result, which may come later: a
   * warning if the application's module cannot be used.
   */
  const prepare = async (hello: JudgedHello): Promise<{ missing: Promise<ErrorRecord | undefined> }> => {
    const { algorithms, codecs, clock, log } = env;
    const custom = customOf(hello.session.serializers).map(({ name, url }) => ({ serializer: name, url }));
    const codecUrls = [...hello.codecUrls, ...custom];
    for (const { serializer, url } of codecUrls) codecs.locate(serializer, url);
    for (const { algorithm, url } of hello.algorithmUrls ?? []) algorithms.locate(algorithm, url);
    const preferred = preferredSerializer(hello);
    const place = codecUrls.find(({ serializer }) => serializer === preferred)?.url ?? "";
    const missing = codecs.load(preferred).then(
      () => undefined,
      (cause: unknown) => {
        log(`The serializer "${preferred}" could not be loaded`, cause);
        return isOwnSerializer(preferred) ? undefined : serializerMissing(preferred, cause);
      },
    );
    // Otherwise it is another attempt, for which no tab waits.
    if (codecs.find(preferred) === undefined && !slowPlaces.has(place))
      await new Promise<void>((resolve) => {
        const stop = clock.after(CODEC_TIMEOUT, () => {
          slowPlaces.add(place);
          resolve();
        });
        void missing.then(stop).then(resolve);
      });
    return { missing };
  };

  /** Returns the session of this identity, or starts a new one. */
  const sessionFor = ({ session: config, wasOnline }: JudgedHello): SharedSession => {
    const key = sessionKey(config);
    const known = sessions.get(key);
    // A session that merely lingers must not refuse the tab that is there, with a fresh ticket.
    if (known?.isLingering === true && !known.logins.admits(config.auth, wasOnline)) void known.close();
    if (known !== undefined && !known.closing) return known;
    const session = createSharedSession(config, env);
    const endClaim = fence.extend(key);
    void session.closed.then(() => {
      endClaim();
      if (sessions.get(key) === session) sessions.delete(key);
    });
    sessions.set(key, session);
    // A session that is still saying GOODBYE is waited for, so that the router never has two of them.
    void session.start(known?.closed);
    return session;
  };

  watchStorage(env, () => {
    for (const session of sessions.values()) session.storageChanged();
  });

  env.channel.listen((news) => {
    if (!isRecord(news)) return;
    const { owner, outboxId, logout } = news;
    const session = typeof owner === "string" ? sessions.get(owner) : undefined;
    if (typeof outboxId === "string") void session?.outbox.follow(outboxId);
    // A later version may have further words; what it says with them is not that anything is to be removed.
    if (logout !== undefined) void session?.logout(logout === "wipe" ? logout : "keep", true);
  });

  return {
    incarnation,

    /** Prepares for a tab and attaches it, unless another hub has its session. */
    async admit(given: TabHello, peer: TabPeer): Promise<Attachment> {
      const hello = judgeHello(given, env.isSecure);
      if (isRefused(hello)) return refuse(hello.refused);
      const { missing } = await prepare(hello);
      const endClaim = await fence.claim(sessionKey(hello.session));
      if (endClaim === undefined) return refuse(sessionElsewhere(env.workerUrl));
      try {
        return join(hello, peer, missing);
      } finally {
        endClaim();
      }
    },

    /**
     * Attaches a tab to its session, which must have been claimed (`admit`). Never throws: a refusal is data, which a tab of any version can
     * read.
     */
    attach(given: TabHello, peer: TabPeer): Attachment {
      const hello = judgeHello(given, env.isSecure);
      return isRefused(hello) ? refuse(hello.refused) : join(hello, peer);
    },

    prepare,

    /** Tells whether the outboxes of all sessions are empty but for what cannot be sent now. */
    async isDrained(): Promise<boolean> {
      const drained = await Promise.all([...sessions.values()].map(({ outbox }) => outbox.isDrained()));
      return !drained.includes(false);
    },

    inspect: (): HubInspection => ({
      incarnation,
      sessions: [...sessions.values()].map((session) => session.inspect()),
    }),
  };
}

export type Hub = ReturnType<typeof createHub>;

function preferredSerializer({ session }: JudgedHello): SerializerName {
  return choiceName(session.serializers[0] ?? "json");
}
