import type { Dict } from "../protocol/dict.js";
import type { SerializerName } from "../protocol/payload.js";
import type { ErrorRecord } from "./errors.js";
import type { Incarnation, RequestId, TabId } from "./ids.js";
import type { Notice } from "./notices.js";
import type { TabRequest } from "./requests.js";
import type { AuthConfig, ConnectConfig } from "./session-config.js";
import type { StatusRecord, StorageStatus } from "./status.js";

const SESSION_LOCK = "wamp-mux:session:";

/** Returns the name of the Web Lock that a tab takes before its hello and holds until it leaves or vanishes. */
export const tabLock = (tab: TabId): string => `wamp-mux:tab:${tab}`;
/** Returns the name of the Web Lock that a worker holds as long as it lives. */
export const workerLock = (incarnation: Incarnation): string => `wamp-mux:worker:${incarnation}`;
/**
 * Returns the name of the Web Lock that a worker holds as long as it has the session with this key. Workers at another URL are another
 * deployment, with sessions of its own.
 */
export const sessionLock = (workerUrl: string, key: string): string => `${SESSION_LOCK}${workerUrl} ${key}`;
export const isSessionLock = (name: string): boolean => name.startsWith(SESSION_LOCK);
/** Returns the name of the Web Lock of an outbox, whose holder alone may send what that outbox has stored. */
export const outboxLock = (outboxId: string): string => `wamp-mux:outbox:${outboxId}`;

/**
 * The names of the SharedWorker, in the order in which every tab tries them. A worker that does not answer can keep its name for as long
 * as any page knows of it: Firefox gives a worker that is made while another one of its URL and name dies to no one.
 */
export const workerNames = ["wamp-mux", "wamp-mux-2"] as const;
export type WorkerName = (typeof workerNames)[number];

/** The URL of the file of a serializer that is not part of the worker script. */
export interface CodecUrl {
  readonly serializer: SerializerName;
  readonly url: string;
}

/** The algorithms that browsers do not have, or not all of them: each is a file of its own. */
export const algorithmNames = ["argon2id", "ed25519"] as const;
export type AlgorithmName = (typeof algorithmNames)[number];

/** The URL of the file of an algorithm. */
export interface AlgorithmUrl {
  readonly algorithm: AlgorithmName;
  readonly url: string;
}

export interface TabHello {
  readonly contract: number;
  readonly tab: TabId;
  readonly session: ConnectConfig;
  /** The location of the files depends on the application's bundler, so the tab passes their URLs to the hub. */
  readonly codecUrls: readonly CodecUrl[];
  /** The same for algorithms; none if absent. */
  readonly algorithmUrls?: readonly AlgorithmUrl[];
  /**
   * True if this tab has had a part in this session while it was online, in an earlier worker: so its credentials were right, and the
   * new worker treats a refusal as the old one would.
   */
  readonly wasOnline?: boolean;
  /** The credentials that the session had before those in `session`, without what is secret of them; none if absent. */
  readonly former?: readonly (readonly AuthConfig[])[];
  /** True if the user does not see the page of this tab now; false if absent. */
  readonly isHidden?: boolean;
  /** True if the browser tells this page that it has no network; false if absent. */
  readonly isOffline?: boolean;
  /** The serializers whose files the page could not load; none if absent. The hub transcodes for this tab what uses them. */
  readonly unreadable?: readonly SerializerName[];
}

export interface HubHello {
  readonly contract: number;
  readonly incarnation: Incarnation;
  readonly status: StatusRecord;
  readonly storage: StorageStatus;
  /** The serializer for arguments while the session is not online: the tab's preferred one if the hub has loaded it, otherwise JSON. */
  readonly serializer: SerializerName;
  /** The options that the tab does not get because the session already exists with different ones, in words. */
  readonly differences: readonly string[];
}

/** The answer to `attach`. A refusal is data, not a rejection, so that an older or newer tab can read it. */
export type AttachAnswer =
  | { readonly ok: true; readonly hello: HubHello }
  | { readonly ok: false; readonly contract: number; readonly error: ErrorRecord };

/** Counts of one wire subscription. */
export interface WireSubscriptionInspection {
  /** The topic, or the pattern. */
  readonly topic: string;
  /** The policy by which `topic` is matched. */
  readonly match: string;
  /** Local subscriptions of all tabs that share it. */
  readonly locals: number;
}

/** Counts of one wire registration. */
export interface WireRegistrationInspection {
  /** The procedure, or the pattern. */
  readonly procedure: string;
  /** The policy by which `procedure` is matched. */
  readonly match: string;
  /** Local registrations of all tabs that share it. */
  readonly locals: number;
}

/** Counts of one session of a hub. All counts except those of messages are zero when its tabs are idle and hold nothing. */
export interface SessionInspection {
  /** The requested realm. */
  readonly realm: string;
  /** Name of the user that the session belongs to. */
  readonly principal: string;
  /** State of the connection. */
  readonly state: StatusRecord["state"];
  /** The WAMP session id, while online. */
  readonly session: number | null;
  /** The tabs that share the session. */
  readonly tabs: readonly TabInspection[];
  /** The subscriptions that the router knows. */
  readonly wireSubscriptions: readonly WireSubscriptionInspection[];
  /** The registrations that the router knows. */
  readonly wireRegistrations: readonly WireRegistrationInspection[];
  /** Requests that the router has not answered. */
  readonly pending: number;
  /** Invocations that have not been answered. */
  readonly invocations: number;
  /** Messages sent to the router since the hub started. */
  readonly sent: number;
  /** Messages received from the router since the hub started. */
  readonly received: number;
}

/** Counts of one tab of a session. */
export interface TabInspection {
  /** Random id of the tab; a page takes a new one for each worker. */
  readonly tab: TabId;
  /** Requests that have not been settled. */
  readonly requests: number;
  /** Bytes of encoded arguments that are queued. */
  readonly queuedBytes: number;
  /** Subscriptions of the tab. */
  readonly subscriptions: number;
  /** Registrations of the tab. */
  readonly registrations: number;
  /** Invocations that the tab has not answered. */
  readonly invocations: number;
  /** Events held until it is known whether this tab published them (WAMP, "Publisher Exclusion"). */
  readonly held: number;
}

/** The sessions of a hub. */
export interface HubInspection {
  /** Random id of this instance of the worker. */
  readonly incarnation: Incarnation;
  /** The sessions of all realms and principals. */
  readonly sessions: readonly SessionInspection[];
}

/** The sessions of a hub, as returned to one tab. */
export interface Inspection extends HubInspection {
  /** Id of the tab that called `inspect()`. */
  readonly tab: TabId;
}

/** The methods of the hub that a tab calls through comlink. */
export interface HubApi {
  /** Resolves at once: the worker runs, however long `attach` takes. */
  ping(): Promise<void>;
  attach(hello: TabHello): Promise<AttachAnswer>;
  /** Resolves when the hub is ready for more requests of this tab. */
  post(batch: readonly TabRequest[]): Promise<void>;
  /** Resolves when everything that belongs to the tab is released and, if it was the last one, GOODBYE has been exchanged. */
  leave(): Promise<void>;
  /** Cuts a pending retry delay short, and asks again for a secret or query that has not arrived. */
  reconnectNow(): Promise<void>;
  /** Tells whether the user does not see the page of this tab now: its events then have the pace `SessionConfig.hiddenPace`. */
  setHidden(isHidden: boolean): Promise<void>;
  /**
   * Tells that the browser has a network again, or none: no attempt is made until one tab says the former. A session that is online is
   * probed at once.
   */
  networkChanged(isOnline: boolean): Promise<void>;
  /**
   * Tells that the page cannot load the file of a serializer: the hub transcodes for this tab from now on. Returns, for each of these
   * notices that the tab has got before, those that it can read in its place.
   */
  transcode(serializer: SerializerName, notices: readonly Notice[]): Promise<readonly (readonly Notice[])[]>;
  inspect(): Promise<Inspection>;
}

/** The values for which an application can pass a function: a secret, the answer to a challenge, and the query of the router's URL. */
export type Asked = "secret" | "signature" | "query";

/** The application's answer to a challenge: the fields of AUTHENTICATE. */
export interface ChallengeAnswer {
  readonly signature: string;
  readonly extra: Dict;
}

/** A question to the application. */
export interface Question {
  readonly what: Asked;
  /** The authentication method, for a secret or a signature. */
  readonly method?: string;
  /** CHALLENGE.Extra, if the router has chosen the method. */
  readonly challenge?: Dict;
  /** The `reauthenticate` request by which this tab has given the credentials; those of its hello if absent. */
  readonly login?: RequestId;
}

/** The methods of a tab that the hub calls through comlink. */
export interface TabApi {
  /** Resolves when the tab has processed the batch. */
  deliver(batch: readonly Notice[]): Promise<void>;
  /**
   * Asks the application for a part of its session's credentials: resolves with a text, or with a {@link ChallengeAnswer} for a
   * signature; with null if there is no answer yet. Rejects if the application does not provide it.
   * @param id names the question in `dismiss`
   */
  ask(question: Question, id: number): Promise<unknown>;
  /** Tells that the answer to a question is no longer needed. */
  dismiss(id: number): Promise<void>;
  /**
   * Asks the application whether the reason for the end of a connection is fatal. Resolves with null if it leaves that to the hub's table.
   * Only a tab whose options have `isFatal` is asked.
   */
  isFatal(reason: ErrorRecord): Promise<boolean | null>;
}
