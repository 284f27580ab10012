import { WampMuxError } from "./wamp-mux-error.js";

/** Why a worker did not start; see {@link WorkerStartError}. */
export type WorkerStartReason =
  /** The server does not have the script. */
  | "not-found"
  /** The server has it with a content type that is not JavaScript. */
  | "wrong-type"
  /** The page's Content Security Policy forbids it (`worker-src`). */
  | "csp"
  /** The script fails while it starts, or a worker of other options runs at its URL. */
  | "script"
  /** It did not answer within `attachTimeout`. */
  | "timeout"
  /** The browser refuses to make such a worker. */
  | "unsupported"
  /** The server could not be reached. */
  | "network";

/** The SharedWorker did not start. */
export class WorkerStartError extends WampMuxError {
  override readonly name = "WorkerStartError" as const;
  /** What was found out about it. */
  readonly reason: WorkerStartReason;
  /** URL of the worker's script. */
  readonly url: string;

  constructor(
    message: string,
    fields: { readonly reason: WorkerStartReason; readonly url: string },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.reason = fields.reason;
    this.url = fields.url;
  }
}

/** Page and worker come from different versions of this package and do not understand each other. */
export class ContractMismatchError extends WampMuxError {
  override readonly name = "ContractMismatchError" as const;
  /** Version that the page speaks. */
  readonly tab: number;
  /** Version that the worker speaks. */
  readonly worker: number;

  constructor(
    message: string,
    fields: { readonly tab: number; readonly worker: number },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.tab = fields.tab;
    this.worker = fields.worker;
  }
}

/** The environment lacks what a shared session needs. */
export class UnsupportedError extends WampMuxError {
  override readonly name = "UnsupportedError" as const;
  /** Names of what is missing, such as `SharedWorker`. */
  readonly missing: readonly string[];

  constructor(message: string, fields: { readonly missing: readonly string[] }, options?: ErrorOptions) {
    super(message, options);
    this.missing = fields.missing;
  }
}
