import type { OutboxConfig } from "../../contract/outbox.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { PayloadCoder } from "../requests/payload-coder.js";
import type { Postable } from "../requests/request-sender.js";
import type { Requests } from "../requests/requests.js";

/** The collaborators that the features of a session (calls, subscriptions, …) share. */
export interface TabContext {
  /** The identity of this tab, for peers. */
  readonly tab: string;
  /** Returns a random key for a durable request. */
  readonly newKey: () => string;
  readonly requests: Requests;
  /** Posts a request that the hub does not answer. */
  readonly post: (request: Postable) => void;
  readonly coder: PayloadCoder;
  /** The session's options, which apply to requests that do not set their own. */
  readonly defaults: {
    readonly requestTimeout: number;
    readonly callTimeout: number;
    readonly offline: OfflinePolicy;
    readonly outbox: Pick<OutboxConfig, "maxAge">;
  };
  /** Reports an error that a handler threw as an uncaught error. */
  readonly report: (error: unknown) => void;
}
