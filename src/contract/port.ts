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

/** One session in the hub's tables, counted. Everything but `tabs` is zero when its tabs are idle and hold nothing. */
export interface SessionInspection {
  readonly realm: string;
  readonly principal: string;
  readonly state: StatusRecord["state"];
  /** WAMP session id while online. */
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
  /** Messages sent to and received from the router since the hub began. */
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
  /** Events held back until a publication is named (publisher exclusion). */
  readonly held: number;
}

/** All sessions of a hub. */
export interface HubInspection {
  readonly incarnation: Incarnation;
  readonly sessions: readonly SessionInspection[];
}

/** The same, as a tab gets it. */
export interface Inspection extends HubInspection {
  /** Which of the tabs asked. A page is another tab to each worker. */
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
