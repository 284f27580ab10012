import type { ErrorRecord } from "./errors.js";
import type { Incarnation, TabId } from "./ids.js";
import type { Notice } from "./notices.js";
import type { TabRequest } from "./requests.js";
import type { SessionConfig } from "./session-config.js";
import type { StatusRecord, StorageStatus } from "./status.js";

/** Name of the Web Lock that a tab holds from before its hello until it dies. */
export const tabLock = (tab: TabId): string => `wamp-mux:tab:${tab}`;
/** Name of the Web Lock that a worker holds for its whole life. */
export const workerLock = (incarnation: Incarnation): string => `wamp-mux:worker:${incarnation}`;

export interface TabHello {
  readonly contract: number;
  readonly tab: TabId;
  readonly session: SessionConfig;
}

export interface HubHello {
  readonly contract: number;
  readonly incarnation: Incarnation;
  readonly status: StatusRecord;
  readonly storage: StorageStatus;
  /** What the tab asked for and does not get, because the session lives already with other options. */
  readonly differences: readonly string[];
}

/** `attach` never rejects: a refusal is data, so that an older or newer tab can read it. */
export type AttachAnswer =
  | { readonly ok: true; readonly hello: HubHello }
  | { readonly ok: false; readonly contract: number; readonly error: ErrorRecord };

/** One wire subscription, counted. */
export interface WireSubscriptionInspection {
  /** The topic, or the pattern. */
  readonly topic: string;
  /** How `topic` is matched. */
  readonly match: string;
  /** Local subscriptions of all tabs that share it. */
  readonly locals: number;
}

/** One wire registration, counted. */
export interface WireRegistrationInspection {
  /** The procedure, or the pattern. */
  readonly procedure: string;
  /** How `procedure` is matched. */
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
  /** WAMP session id while online. */
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

/** What a tab can call in the hub, through comlink. */
export interface HubApi {
  attach(hello: TabHello): Promise<AttachAnswer>;
  /** Resolves when the hub can take more of this tab. */
  post(batch: readonly TabRequest[]): Promise<void>;
  /** Resolves when everything of the tab is released and, if it was the last one, GOODBYE has been exchanged. */
  leave(): Promise<void>;
  /** Cuts a pending retry delay short, and asks once more for a secret that does not come. */
  reconnectNow(): Promise<void>;
  inspect(): Promise<Inspection>;
}

/** What the hub can call in a tab, through comlink. */
export interface TabApi {
  /** Resolves when the tab has taken the batch in. */
  deliver(batch: readonly Notice[]): Promise<void>;
  /** Asks the application for the secret of its session; rejects when it has none to give. */
  credential(): Promise<string>;
}
