import type { OfflinePolicy } from "../../contract/request-options.js";
import type { TabRequest } from "../../contract/requests.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Requests } from "../requests/requests.js";

/** What the parts of a session (calls, subscriptions, …) have in common. */
export interface TabContext {
  readonly requests: Requests;
  /** Posts what is not answered. */
  readonly post: (request: TabRequest) => void;
  /** What the session speaks, or is likely to. */
  readonly serializer: () => SerializerName;
  /** The session's options for requests that have none of their own. */
  readonly defaults: {
    readonly requestTimeout: number;
    readonly callTimeout: number;
    readonly offline: OfflinePolicy;
  };
  /** Tells the application of something that settles nothing. */
  readonly warn: (error: WampMuxError) => void;
  /** Tells of an error that a handler threw. */
  readonly report: (error: unknown) => void;
}
