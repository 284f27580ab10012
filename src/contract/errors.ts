import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";

/** The reason why a private key cannot be used. */
export type KeyErrorReason =
  /** It is in none of the known forms, or damaged. */
  | "format"
  /** It is of another kind than Ed25519. */
  | "kind"
  /** It is encrypted with a passphrase. */
  | "encrypted"
  /** The browser refuses it, although its form is right. */
  | "refused";

/**
 * The errors that the hub can raise, with their structured fields, by name. Errors that only a tab can raise exist only as classes of
 * the client. An error crosses the port as data, and the tab constructs its class, so that the stack is the application's.
 */
export interface HubErrors {
  /** An ERROR (or ABORT) from the router, from a handler, or from the hub on behalf of the router. */
  readonly WampError: { readonly uri: string; readonly details: Dict };
  /** The connection was lost. */
  readonly ConnectionLostError: {
    /** Set for a request; true if it had been sent, so that its outcome is unknown. */
    readonly sent?: boolean;
    /** The code and reason with which the WebSocket closed. */
    readonly code?: number;
    readonly reason?: string;
    /** The URI and details of the GOODBYE or ABORT that ended the session. */
    readonly uri?: string;
    readonly details?: Dict;
  };
  /** A deadline passed. `timeout` is in milliseconds; `sent` as above. */
  readonly TimeoutError: { readonly timeout: number; readonly sent: boolean };
  /** The application canceled the request. */
  readonly CanceledError: { readonly sent: boolean };
  /** There is no session at the moment, and the request was made with `offline: "fail"`. */
  readonly OfflineError: None;
  /** The session is closed: left, logged out, or ended for a fatal reason. */
  readonly SessionClosedError: None;
  /** The router refused the session: URI and details of the ABORT. */
  readonly JoinError: { readonly uri: string; readonly details: Dict };
  /** A private key cannot be used. */
  readonly KeyError: { readonly reason: KeyErrorReason };
  /** The worker's environment lacks a feature: its name. */
  readonly UnsupportedError: { readonly missing: readonly string[] };
  /** The hub rejected a value: the value and the rule, both in words. */
  readonly InvalidArgumentError: { readonly value: string; readonly expected: string };
  /** The router did not announce a feature that the request needs. */
  readonly FeatureNotSupportedError: { readonly feature: string };
  /** The session already exists with a different option. */
  readonly OptionConflictError: None;
  /** A limit would be exceeded: the name of its option, the value that would have been reached, and the limit. */
  readonly OverflowError: { readonly limit: string; readonly value: number; readonly maximum: number };
  /** The router drops the connection over this request: its URI, and the milliseconds for which it is not sent. */
  readonly SetAsideError: { readonly uri: string; readonly retryAfter: number };
  /** A durable request could not be stored: the reason in words. */
  readonly StorageError: { readonly reason: string };
  /** The router violated the protocol. */
  readonly ProtocolError: None;
  /** Another worker at the same URL has the session. */
  readonly WorkerStartError: { readonly reason: "elsewhere"; readonly url: string };
  /** The tab and the worker implement different versions of the contract. */
  readonly ContractMismatchError: { readonly tab: number; readonly worker: number };
}

type None = Readonly<Record<never, never>>;

export type HubErrorName = keyof HubErrors;

/** The form in which the error of one name crosses the port. */
export type ErrorRecordOf<Name extends HubErrorName> = {
  readonly name: Name;
  readonly message: string;
  readonly cause?: ErrorRecord;
} & (None extends HubErrors[Name]
  ? { readonly fields?: HubErrors[Name] }
  : { readonly fields: HubErrors[Name] }) &
  (Name extends "WampError"
    ? { /** The arguments of the error, still encoded. */ readonly payload?: Payload }
    : unknown);

/** The form in which an error crosses the port; `name` is the discriminant. */
export type ErrorRecord = { readonly [Name in HubErrorName]: ErrorRecordOf<Name> }[HubErrorName];
