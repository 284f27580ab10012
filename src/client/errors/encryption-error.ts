import { guard } from "./guard.js";
import { WampMuxError } from "./wamp-mux-error.js";

/** The reasons of an {@link EncryptionError}. */
export type EncryptionFailure =
  | "no-key"
  | "unknown-key"
  | "bad-key"
  | "provider-failed"
  | "provider-timeout"
  | "not-encrypted"
  | "unknown-cipher"
  | "unknown-serializer"
  | "truncated"
  | "not-authentic"
  | "malformed"
  | "conflict";

/**
 * A payload could not be encrypted or decrypted, or had to be encrypted and was not. Nothing was sent in clear, and nothing was
 * delivered: only this call, event or invocation fails. A call that rejects with it because of its result has been executed. `message`
 * names the procedure or topic and the id of the key, and never a key or an argument.
 */
export class EncryptionError extends WampMuxError<Pick<EncryptionError, "reason">> {
  override readonly name = "EncryptionError" as const;
  /**
   * - `no-key`: the key provider has no key with which to encrypt this
   * - `unknown-key`: the key provider does not know the id of the key
   * - `bad-key`: the key that it gave is none of 256 bits, or not for this cipher
   * - `provider-failed`, `provider-timeout`: the key provider threw, or did not answer in time
   * - `not-encrypted`: a rule requires encryption, and the peer or the router sent this without
   * - `unknown-cipher`, `unknown-serializer`: the peer used one that this version does not have
   * - `truncated`: the payload is shorter than any that is encrypted
   * - `not-authentic`: the key is another one than the peer's, or the payload was changed on its way
   * - `malformed`: the decrypted payload is not CBOR of `args` and `kwargs`
   * - `conflict`: the request names another scheme than the one that a rule requires
   */
  declare readonly reason: EncryptionFailure;
}

/** Returns true if `error` is an {@link EncryptionError}. */
export const isEncryptionError = guard<EncryptionError>("EncryptionError");
