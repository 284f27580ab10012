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
  /** The options that the tab does not get, in words, because the session already exists with others. */
  readonly differences: readonly string[];
}

/** The answer to `attach`. A refusal is data and not a rejection, so that an older or newer tab can read it. */
export type AttachAnswer =
  | { readonly ok: true; readonly hello: HubHello }
  | { readonly ok: false; readonly contract: number; readonly error: ErrorRecord };

/** The contents of the hub's tables for one session. Everything but `tabs` is zero or empty while its tabs are idle and hold nothing. */
export interface SessionInspection {
  readonly realm: string;
  readonly principal: string;
  readonly state: StatusRecord["state"];
  /** The WAMP session id, while online. */
  readonly session: number | null;
  readonly tabs: readonly TabInspection[];
  readonly wireSubscriptions: readonly {
    readonly topic: string;
    readonly match: string;
    readonly locals: number;
  }[];
  readonly wireRegistrations: readonly {
    readonly procedure: string;
    readonly match: string;
    readonly locals: number;
  }[];
  /** Requests that the router has not answered. */
  readonly pending: number;
  readonly invocations: number;
  /** Messages sent to and received from the router since the hub was started. */
  readonly sent: number;
  readonly received: number;
}

export interface TabInspection {
  readonly tab: TabId;
  readonly requests: number;
  readonly queuedBytes: number;
  readonly subscriptions: number;
  readonly registrations: number;
  readonly invocations: number;
  /** Events that are held until the router acknowledges a publication (publisher exclusion). */
  readonly held: number;
}

/** All sessions of a hub. */
export interface HubInspection {
  readonly incarnation: Incarnation;
  readonly sessions: readonly SessionInspection[];
}

/** The sessions of a hub, as a tab receives them. */
export interface Inspection extends HubInspection {
  /** The id of the inspecting tab. To each worker, a page is another tab. */
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
