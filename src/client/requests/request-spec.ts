import type { Notice } from "../../contract/notices.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Owner } from "./owner.js";

/** The notices that answer a request with success, and the progressive results before a final one. */
export type Answer = Extract<Notice, { readonly kind: "result" | "published" | "done" }>;

/** Describes one request: the message to post, and the meaning of its answer. */
export interface RequestSpec<T> {
  /** The message, whose `timeout` is the deadline of the request. */
  readonly message: AnsweredRequest;
  /** The message to post instead, which is still being made. The request rejects if it rejects. */
  readonly sealed?: Promise<AnsweredRequest> | undefined;
  /** Milliseconds that the hub has, if the message has no deadline of its own; 0: none. The session's `requestTimeout` if absent. */
  readonly patience?: number;
  /** The request is given up when its owner leaves. */
  readonly owner?: Owner;
  /** Returns the value that the request resolves with. The request rejects with any error that it throws. */
  readonly answer: (answer: Answer) => T;
  /** Called as soon as the answer has arrived, before any later notice is dispatched. */
  readonly accepted?: () => void;
  /** Called when a durable request is stored. */
  readonly stored?: () => void;
  /** Called with each progressive result. */
  readonly progress?: (part: Answer) => void;
  /** Called before the request rejects. The request rejects with any error that it throws instead. */
  readonly failed?: () => void;
  readonly signal?: AbortSignal | undefined;
  /** @default "killnowait" */
  readonly cancelMode?: CancelMode | undefined;
  /** Called with an answer that arrives after the request has been given up. */
  readonly late?: () => void;
}
