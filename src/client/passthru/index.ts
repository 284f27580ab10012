import { systemClock } from "../../web/clock.js";
import type { Passthru } from "../api/passthru.js";
import { passthruOn } from "./create-passthru.js";
import type { PassthruConfig } from "./passthru-config.js";

/**
 * Creates the maker and reader of payloads that the router does not look into (WAMP, "Payload Passthru Mode"), for the option `passthru`
 * of `connect`. Make it once for each page.
 *
 * @throws `InvalidArgumentError` for options that are not allowed
 * @example
 * const passthru = createPassthru({
 *   encryption: {
 *     rules: [{ uri: "com.example.secret.", match: "prefix" }],
 *     keys: keyRing({ k1: key }, () => "k1"),
 *   },
 * });
 * await connect({ url, realm, passthru });
 */
export function createPassthru(options: PassthruConfig): Passthru {
  return passthruOn(systemClock, options);
}

export { keyRing } from "./key-provider.js";
export type { CipherName, KeyMaterial } from "./key-material.js";
export type { ChosenKey, KeyProvider, KeyRing, KeyUse, Peer } from "./key-provider.js";
export type { EncryptionRule } from "./encryption-rules.js";
export type { EncryptionOptions, PassthruConfig, PayloadScheme } from "./passthru-config.js";
export type {
  Passthru,
  PassthruMessage,
  PayloadArguments,
  PayloadContent,
  SealedPayload,
} from "../api/passthru.js";
export { EncryptionError, isEncryptionError } from "../errors/encryption-error.js";
export type { EncryptionFailure } from "../errors/encryption-error.js";
