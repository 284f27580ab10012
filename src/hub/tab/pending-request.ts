import type { ErrorRecord } from "../../contract/errors.js";
import type { RequestId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { CancelMode, OfflinePolicy } from "../../contract/request-options.js";
import type { Clock } from "../../web/clock.js";
import { Deadline } from "../../contract/deadline.js";
import { canceled, timedOut } from "../error-records.js";

/** Notices that settle a request. */
export type Settlement = Extract<Notice, { kind: "result" | "published" | "done" | "rejected" }>;

/**
 * One request of a tab, from its arrival to its settlement, which happens exactly once. The feature that handles the request (calls,
 * publications, …) sets `onGivenUp` to undo it when its deadline passes, the application cancels it or the tab departs.
 */
export class PendingRequest {
  readonly request: RequestId;
  readonly offline: OfflinePolicy;
  /** True if it must not be sent as another identity than that as which it was made. */
  isPersonal = false;
  /** Bytes of the message while it waits in its tab's queue. */
  queuedBytes = 0;
  /** Called when the request is given up. Returns "wait" if a canceled request is still to be settled by its answer. */
  onGivenUp: (mode: CancelMode) => "wait" | undefined = () => undefined;
  /** Called when the message has been written to the socket. */
  onSent: () => void = () => undefined;

  #sent = false;
  #settled = false;
  #deadline: Deadline | undefined;
  readonly #clock: Clock;
  readonly #onSettled: (request: PendingRequest, notice: Settlement | undefined) => void;

  /** `onSettled` is called once; without a notice if the tab has departed. */
  constructor(
    request: RequestId,
    timing: { readonly clock: Clock; readonly timeout: number; readonly offline: OfflinePolicy },
    onSettled: (request: PendingRequest, notice: Settlement | undefined) => void,
  ) {
    this.request = request;
    this.offline = timing.offline;
    this.#clock = timing.clock;
    this.#onSettled = onSettled;
    if (timing.timeout > 0) this.#expireAfter(timing.timeout);
  }

  /** True once the message has been written to the socket. */
  get sent(): boolean {
    return this.#sent;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** True once the deadline has passed, even if its timer has not fired yet. */
  get isOverdue(): boolean {
    return this.#clock.now() >= (this.#deadline?.due ?? Infinity);
  }

  /** Whole milliseconds until the deadline, at least 1; 0 if there is none. */
  get remaining(): number {
    return this.#deadline?.remaining ?? 0;
  }

  markSent(): void {
    this.#sent = true;
    this.onSent();
  }

  resolve(notice: Settlement): void {
    this.#settle(notice);
  }

  reject(error: ErrorRecord): void {
    this.#settle({ kind: "rejected", request: this.request, error });
  }

  /** Cancels the request for the application; with `kill`, a call still waits for its answer, at most `patience` milliseconds. */
  cancel(mode: CancelMode, patience: number): void {
    if (this.#settled) return;
    if (this.onGivenUp(mode) === "wait") this.#expireAfter(patience);
    else this.reject(canceled(this.sent));
  }

  /** Undoes the request and rejects it with an error that did not come from the router. */
  giveUp(error: ErrorRecord): void {
    if (this.#settled) return;
    this.onGivenUp("killnowait");
    this.reject(error);
  }

  /** Undoes the request of a tab that has departed; no notice is sent. */
  abandon(): void {
    if (this.#settled) return;
    this.onGivenUp("killnowait");
    this.#settle(undefined);
  }

  /** Sets a deadline; if there are several, the earliest applies. */
  #expireAfter(milliseconds: number): void {
    if (this.#deadline !== undefined && this.#deadline.remaining <= milliseconds) return;
    this.#deadline?.stop();
    this.#deadline = new Deadline(this.#clock, milliseconds, () =>
      this.giveUp(timedOut(milliseconds, this.sent)),
    );
  }

  #settle(notice: Settlement | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#deadline?.stop();
    this.#onSettled(this, notice);
  }
}
