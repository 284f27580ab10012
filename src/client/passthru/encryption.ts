import type { Clock } from "../../web/clock.js";
import type { PassthruMessage, PayloadArguments, SealedPayload } from "../api/passthru.js";
import { EncryptionError } from "../errors/encryption-error.js";
import type { EncryptionFailure } from "../errors/encryption-error.js";
import { ciphers } from "./ciphers.js";
import type { Cipher } from "./ciphers.js";
import { decodeContent, encodeContent } from "./cbor-content.js";
import { ruleFor } from "./encryption-rules.js";
import type { EncryptionRule } from "./encryption-rules.js";
import { createKeyLookup } from "./key-lookup.js";
import type { CipherName } from "./key-material.js";
import type { KeyUse, Peer } from "./key-provider.js";
import type { EncryptionOptions } from "./passthru-config.js";

/** The scheme of encrypted payloads (WAMP, "End-to-End Encryption Predefined Scheme"). */
export const SCHEME = "wamp";
const SERIALIZER = "cbor";
/** Characters of a peer's text in an error. */
const LONGEST_QUOTE = 100;

/** Encrypts and decrypts as connectanum's profile of version 1 does: nonce and box of CBOR `{args, kwargs}`. */
export function createEncryption({ rules, keys, timeout = 10_000 }: EncryptionOptions, clock: Clock) {
  const ask = createKeyLookup(clock, timeout);

  return {
    ruleFor: (message: PassthruMessage, direction: KeyUse["direction"]) => ruleFor(rules, message, direction),

    /** Encrypts arguments, which are read before it returns. Throws `EncodeError`, or rejects with `EncryptionError`. */
    seal(
      message: PassthruMessage,
      content: PayloadArguments,
      rule: EncryptionRule | undefined,
    ): Promise<SealedPayload> {
      const plain = encodeContent(content);
      const { pptCipher: name = rule?.cipher ?? "xsalsa20poly1305", pptKeyid } = message.options;
      const use = useOf(message, "send", name as CipherName, pptKeyid);
      return named(message, async () => {
        const cipher = cipherOf(name);
        const chosen = await ask(`send ${use.keyId} ${use.uri}`, subjectOf(use), () => keys.toEncrypt(use));
        if (!chosen) throw failure("no-key", `There is no key to encrypt with (${subjectOf(use)})`);
        const nonce = crypto.getRandomValues(new Uint8Array(cipher.nonce));
        const box = await cipher.encrypt(chosen.key, nonce, plain);
        return {
          payload: joined(nonce, box),
          options: {
            pptScheme: SCHEME,
            pptSerializer: SERIALIZER,
            pptCipher: name,
            pptKeyid: chosen.id,
          },
        };
      });
    },

    /** Decrypts a payload. Rejects with `EncryptionError`. */
    open(
      message: PassthruMessage,
      received: () => PayloadArguments,
      isRequired: boolean,
    ): Promise<PayloadArguments> {
      const { ppt_serializer: serializer, ppt_cipher: name, ppt_keyid: keyId } = message.details;
      return named(message, async () => {
        if (serializer !== SERIALIZER) throw failure("unknown-serializer", "The payload is not CBOR");
        const bytes = onlyBytes(received());
        if (name === undefined) {
          if (isRequired) throw notEncrypted();
          return readable(bytes);
        }
        const cipher = cipherOf(name);
        if (bytes.length < cipher.nonce + cipher.tag)
          throw failure("truncated", "The payload is shorter than any that is encrypted");
        const use = useOf(message, "receive", name as CipherName, text(keyId));
        const key = await ask(`receive ${use.keyId} ${use.uri}`, subjectOf(use), () => keys.toDecrypt(use));
        if (!key) throw failure("unknown-key", `The key is not known (${subjectOf(use)})`);
        const nonce = bytes.slice(0, cipher.nonce);
        return readable(await cipher.decrypt(key, nonce, bytes.slice(cipher.nonce)));
      });
    },
  };
}

/** Returns the error of a message that had to be encrypted. */
export function notEncrypted(): EncryptionError {
  return failure("not-encrypted", "The payload is not encrypted, and a rule requires it");
}

/** Returns a rejected promise, with an error that names the message. */
export function refused(message: PassthruMessage, error: EncryptionError): Promise<never> {
  return named(message, () => Promise.reject(error));
}

/** Runs a step so that its `EncryptionError` names the message. */
async function named<T>(message: PassthruMessage, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof EncryptionError)) throw error;
    const { reason, cause } = error;
    const whole = `${error.message}: ${message.content} of ${message.uri}`;
    throw new EncryptionError(whole, cause === undefined ? { reason } : { reason, cause });
  }
}

function cipherOf(name: unknown): Cipher {
  const cipher = ciphers.get(name as string);
  if (cipher !== undefined) return cipher;
  throw failure(
    "unknown-cipher",
    `The cipher is ${quoted(name)}, expected ${[...ciphers.keys()].join(" or ")}`,
  );
}

function useOf(
  { content, uri, pattern, details }: PassthruMessage,
  direction: KeyUse["direction"],
  cipher: CipherName,
  keyId: string | undefined,
): KeyUse {
  const peer = peerOf(details);
  return { content, uri, pattern, direction, peer, cipher, ...(keyId !== undefined && { keyId }) };
}

function peerOf(details: PassthruMessage["details"]): Peer {
  const session = details["caller"] ?? details["publisher"];
  const authid = text(details["caller_authid"] ?? details["publisher_authid"]);
  const authrole = text(details["caller_authrole"] ?? details["publisher_authrole"]);
  return {
    ...(typeof session === "number" && { session }),
    ...(authid !== undefined && { authid }),
    ...(authrole !== undefined && { authrole }),
  };
}

function subjectOf({ keyId }: KeyUse): string {
  return keyId === undefined ? "without a key id" : `key id ${quoted(keyId)}`;
}

/** Returns the payload, which is the only argument. */
function onlyBytes({ args, kwargs }: PayloadArguments): Uint8Array<ArrayBuffer> {
  const [bytes] = args;
  if (args.length === 1 && bytes instanceof Uint8Array && Object.keys(kwargs).length === 0)
    return new Uint8Array(bytes);
  throw failure("malformed", "The payload is not one binary argument");
}

function readable(plain: Uint8Array): PayloadArguments {
  try {
    return decodeContent(plain);
  } catch (error) {
    throw failure("malformed", `The payload cannot be read, ${error instanceof Error ? error.message : ""}`);
  }
}

function joined(nonce: Uint8Array, box: Uint8Array): Uint8Array {
  const payload = new Uint8Array(nonce.length + box.length);
  payload.set(nonce);
  payload.set(box, nonce.length);
  return payload;
}

/** Quotes what a peer has written in an error. */
function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, LONGEST_QUOTE)) : typeof value;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function failure(reason: EncryptionFailure, message: string): EncryptionError {
  return new EncryptionError(message, { reason });
}
