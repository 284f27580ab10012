import type { SerializerName } from "../protocol/payload.js";
import type { ErrorRecord } from "./errors.js";
import type { Incarnation, TabId } from "./ids.js";
import type { Notice } from "./notices.js";
import type { TabRequest } from "./requests.js";
import type { SessionConfig } from "./session-config.js";
import type { StatusRecord, StorageStatus } from "./status.js";

/** Returns the name of the Web Lock that a tab holds from before its hello until its end. */
export const tabLock = (tab: TabId): string => `wamp-mux:tab:${tab}`;
/** Returns the name of the Web Lock that a worker holds for its whole life. */
export const workerLock = (incarnation: Incarnation): string => `wamp-mux:worker:${incarnation}`;

/** The place of a serializer that is not part of the worker's script. */
export interface CodecUrl {
  readonly serializer: SerializerName;
  readonly url: string;
}

export interface TabHello {
  readonly contract: number;
  readonly tab: TabId;
  readonly session: SessionConfig;
  /** The bundler of the application decides where the files are, so the tab tells the hub. */
  readonly codecUrls: readonly CodecUrl[];
}

export interface HubHello {
  readonly contract: number;
  readonly incarnation: Incarnation;
  readonly status: StatusRecord;
  readonly storage: StorageStatus;
  /** The serializer for the tab's arguments until the status names the session's: the one that the tab prefers, if the hub has it. */
  readonly serializer: SerializerName;
  /** The options that the tab does not get, in words, because the session already exists with others. */
  readonly differences: readonly string[];
}

/** The answer to `attach`. A refusal is data and not a rejection, so that an older or newer tab can read it. */
export type AttachAnswer =
  | { readonly ok: true; readonly hello: HubHello }
  | { readonly ok: false; readonly contract: number; readonly error: ErrorRecord };

/** One wire subscription, counted. */
export interface WireSubscriptionInspection {
  /** The topic, or the pattern. */
  readonly topic: string;
  /** The policy by which `topic` is matched. */
  readonly match: string;
  /** Local subscriptions of all tabs that share it. */
  readonly locals: number;
}

/** One wire registration, counted. */
export interface WireRegistrationInspection {
  /** The procedure, or the pattern. */
  readonly procedure: string;
  /** The policy by which `procedure` is matched. */
  readonly match: string;
  /** Local registrations of all tabs that share it. */
  readonly locals: number;
}

/** One session of a hub, counted. Every number but those of messages is zero when its tabs are idle and hold nothing. */
export interface SessionInspection {
  /** The realm that was asked for. */
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
  /** Messages sent to the router since the hub began. */
  readonly sent: number;
  /** Messages received from the router since the hub began. */
  readonly received: number;
}

/** One tab of a session, counted. */
export interface TabInspection {
  /** Random id of the tab; a page is another tab to each worker. */
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
  /** Events that are held until their publication is known (WAMP, "Publisher Exclusion"). */
  readonly held: number;
}

/** The sessions of a hub. */
export interface HubInspection {
  /** Random id of this life of the worker. */
  readonly incarnation: Incarnation;
  /** The sessions of all realms and principals. */
  readonly sessions: readonly SessionInspection[];
}

/** The sessions of a hub, as one tab gets them. */
export interface Inspection extends HubInspection {
  /** Id of the tab that asked. */
  readonly tab: TabId;
}

/** The methods of the hub that a tab calls through comlink. */
export interface HubApi {
  attach(hello: TabHello): Promise<AttachAnswer>;
  /** Resolves when the hub is ready for more requests of this tab. */
  post(batch: readonly TabRequest[]): Promise<void>;
  /** Resolves when everything of the tab is released and, if it was the last one, GOODBYE has been exchanged. */
  leave(): Promise<void>;
  /** Cuts a pending retry delay short, and asks again for a secret that has not arrived. */
  reconnectNow(): Promise<void>;
  inspect(): Promise<Inspection>;
}

/** The methods of a tab that the hub calls through comlink. */
export interface TabApi {
  /** Resolves when the tab has processed the batch. */
  deliver(batch: readonly Notice[]): Promise<void>;
  /** Asks the application for the secret of its session; rejects if the application gives none. */
  credential(): Promise<string>;
}
