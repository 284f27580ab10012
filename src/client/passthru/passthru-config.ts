import type { PayloadArguments } from "../api/passthru.js";
import type { EncryptionRule } from "./encryption-rules.js";
import type { KeyProvider } from "./key-provider.js";

/** End-to-end encryption: the router and other tabs never see the arguments or a key. */
export interface EncryptionOptions {
  /** The messages that are encrypted; the first rule that matches applies. Others are read if they arrive encrypted. */
  readonly rules: readonly EncryptionRule[];
  /** The keys. */
  readonly keys: KeyProvider;
  /**
   * Time limit in milliseconds for the key provider; 1 or more.
   * @default 10_000
   */
  readonly timeout?: number | undefined;
}

/** The application's own serializer of a scheme such as `x_name`. */
export interface PayloadScheme {
  /** Its name, which is sent as `ppt_serializer`. */
  readonly serializer?: string | undefined;
  /** Encodes arguments. */
  readonly encode: (content: PayloadArguments) => Uint8Array;
  /** Decodes them; what it throws is the cause of a `PayloadDecodeError`, as is a result without a list `args` and an object `kwargs`. */
  readonly decode: (payload: Uint8Array) => PayloadArguments;
}

/** Options of `createPassthru`. */
export interface PassthruConfig {
  /** Schemes of the application's own, by their names, which begin with `x_`. */
  readonly schemes?: Readonly<Record<string, PayloadScheme>> | undefined;
  /** End-to-end encryption, with the scheme `wamp`. */
  readonly encryption?: EncryptionOptions | undefined;
}
