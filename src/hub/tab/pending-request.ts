import type { ErrorRecord } from "../../contract/errors.js";
import type { RequestId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { CancelMode, OfflinePolicy } from "../../contract/request-options.js";
import type { Clock } from "../../web/clock.js";
import { canceled, timedOut } from "../error-records.js";

/** Notices that settle a request. */
export type Settlement = Extract<Notice, { kind: "result" | "published" | "done" | "rejected" }>;

/**
 * One request of a tab from its arrival to its settlement, which happens exactly once. Its author (calls, publications, …)
 * says with `onGivenUp` what has to be undone when the deadline passes, the application cancels or the tab is gone.
 */
export class PendingRequest {
  readonly request: RequestId;
  readonly offline: OfflinePolicy;
  /** Whether the message has been given to the socket. */
  sent = false;
  /** Called when nobody waits any more; with "wait" a cancelled request is left to a later answer. */
  onGivenUp: (mode: CancelMode) => "wait" | undefined = () => undefined;

  #settled = false;
  #due = Infinity;
  #stopDeadline: () => void = () => undefined;
  readonly #clock: Clock;
  readonly #settle: (ask: PendingRequest, notice: Settlement | undefined) => void;

  constructor(
    request: RequestId,
    timing: { readonly clock: Clock; readonly timeout: number; readonly offline: OfflinePolicy },
    settle: (ask: PendingRequest, notice: Settlement | undefined) => void,
  ) {
    this.request = request;
    this.offline = timing.offline;
    this.#clock = timing.clock;
    this.#settle = settle;
    if (timing.timeout > 0) this.#expireAfter(timing.timeout);
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(notice: Settlement): void {
    this.#finish(notice);
  }

  reject(error: ErrorRecord): void {
    this.#finish({ kind: "rejected", request: this.request, error });
  }

  /** The application gives up; with `kill` a call still waits for the router's word, but no longer than `patience` milliseconds. */
  cancel(mode: CancelMode, patience: number): void {
    if (this.#settled) return;
    if (this.onGivenUp(mode) === "wait") this.#expireAfter(patience);
    else this.reject(canceled(this.sent));
  }

  /** Nobody waits any more, for a reason that is not the router's: what is on its way is undone. */
  giveUp(error: ErrorRecord): void {
    if (this.#settled) return;
    this.onGivenUp("killnowait");
    this.reject(error);
  }

  /** The tab is gone: what is on its way is undone, nobody is told. */
  abandon(): void {
    if (this.#settled) return;
    this.onGivenUp("killnowait");
    this.#finish(undefined);
  }

  /** Of several deadlines the first one counts. */
  #expireAfter(milliseconds: number): void {
    const due = this.#clock.now() + milliseconds;
    if (due >= this.#due) return;
    this.#due = due;
    this.#stopDeadline();
    this.#stopDeadline = this.#clock.after(milliseconds, () =>
      this.giveUp(timedOut(milliseconds, this.sent)),
    );
  }

  #finish(notice: Settlement | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopDeadline();
    this.#settle(this, notice);
  }
}
