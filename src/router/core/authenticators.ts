import { bundledAlgorithms } from "../../auth/bundled-algorithms.js";
import { checkCryptosign } from "../../auth/cryptosign.js";
import { bytesToHex } from "../../auth/hex.js";
import { checkScram, createNonce, scramKeys } from "../../auth/scram.js";
import type { ScramVariant } from "../../auth/scram-hash.js";
import { checkTicket } from "../../auth/ticket.js";
import { checkWampcra, derivedKey } from "../../auth/wampcra.js";
import type { Salting } from "../../auth/wampcra.js";
import { randomBytes } from "../../auth/webcrypto.js";
import { bytesToBase64 } from "../../protocol/base64.js";
import type { Dict } from "../../protocol/dict.js";
import { isDict } from "./values.js";

/** The router's side of an authentication method. */
export interface Authenticator {
  /** Tells whether the method has a principal with this authid. */
  readonly knows: (authid: string) => boolean;
  /** Begins an exchange for the principal that HELLO claims; returns nothing if there is none. May reject. */
  readonly begin: (hello: Dict) => Exchange | undefined | Promise<Exchange | undefined>;
}

/** An exchange with one principal. */
export interface Exchange {
  /** CHALLENGE.Extra. */
  readonly extra: Dict;
  /** Judges AUTHENTICATE. May reject. */
  readonly check: (signature: string, extra: Dict) => Proof | undefined | Promise<Proof | undefined>;
}

/** The outcome of a successful exchange: parts of WELCOME.Details. */
export interface Proof {
  readonly authid: string;
  /** "user" unless the method says otherwise. */
  readonly authrole?: string;
  readonly authextra?: Dict;
}

/** A password, and how the router salts it. */
export interface CraAccount {
  readonly secret: string;
  readonly salting?: Salting;
}

/** A password of SCRAM, and the cost of Argon2id if that hashes it. */
export interface ScramAccount {
  readonly password: string;
  readonly argon2id?: { readonly iterations: number; readonly memory: number };
}

const SCRAM_ITERATIONS = 4096;
/** Bytes. */
const SALT_LENGTH = 16;
const CHALLENGE_LENGTH = 32;

export function ticketAuthenticator(tickets: ReadonlyMap<string, string>): Authenticator {
  return {
    knows: (authid) => tickets.has(authid),
    begin: forAccount(tickets, (authid, expected) => ({
      extra: {},
      check: (signature) => (checkTicket(expected, signature) ? { authid } : undefined),
    })),
  };
}

export function craAuthenticator(accounts: ReadonlyMap<string, CraAccount>): Authenticator {
  return {
    knows: (authid) => accounts.has(authid),
    begin: forAccount(accounts, (authid, { secret, salting }) => {
      const challenge = JSON.stringify({
        authid,
        authrole: "user",
        authmethod: "wampcra",
        authprovider: "static",
        nonce: createNonce(),
        timestamp: new Date().toISOString(),
      });
      return {
        extra: { challenge, ...salting },
        check: async (signature) => {
          const key = salting === undefined ? secret : await derivedKey(secret, salting);
          return (await checkWampcra(key, challenge, signature)) ? { authid } : undefined;
        },
      };
    }),
  };
}

export function scramAuthenticator(
  variant: ScramVariant,
  passwords: ReadonlyMap<string, ScramAccount>,
): Authenticator {
  return {
    knows: (authid) => passwords.has(authid),
    begin: (hello) => {
      const authextra = isDict(hello["authextra"]) ? hello["authextra"] : {};
      const clientNonce = authextra["nonce"];
      if (typeof clientNonce !== "string") return undefined;
      return forAccount(passwords, (authid, { password, argon2id }) => {
        const salt = bytesToBase64(randomBytes(SALT_LENGTH));
        const asked = { nonce: clientNonce + createNonce(), salt, iterations: SCRAM_ITERATIONS, ...argon2id };
        const kdf = argon2id === undefined ? "pbkdf2" : variant.argon2id;
        return {
          extra: { memory: null, ...asked, kdf },
          check: async (proof) => {
            const hashing = { ...asked, kdf: argon2id && ("argon2id" as const) };
            const keys = await scramKeys(variant, password, hashing, bundledAlgorithms);
            const verifier = await checkScram(variant, keys, { authid, clientNonce, ...asked }, proof);
            return verifier === undefined
              ? undefined
              : { authid, authextra: { [variant.verifier]: verifier } };
          },
        };
      })(hello);
    },
  };
}

/** @param keys the public keys of each principal, in hexadecimal digits */
export function cryptosignAuthenticator(keys: ReadonlyMap<string, readonly string[]>): Authenticator {
  return {
    knows: (authid) => keys.has(authid),
    begin: (hello) => {
      const authextra = isDict(hello["authextra"]) ? hello["authextra"] : {};
      const publicKey = authextra["pubkey"];
      if (typeof publicKey !== "string") return undefined;
      const known = hello["authid"];
      // The key alone identifies its owner.
      const [authid] =
        [...keys].find(([name, own]) => name === (known ?? name) && own.includes(publicKey)) ?? [];
      if (authid === undefined) return undefined;
      const challenge = bytesToHex(randomBytes(CHALLENGE_LENGTH));
      return {
        extra: { challenge, channel_binding: null },
        check: async (signature) =>
          (await checkCryptosign(publicKey, challenge, signature)) ? { authid } : undefined,
      };
    },
  };
}

/** Begins an exchange with the owner of an account. */
function forAccount<Account>(
  accounts: ReadonlyMap<string, Account>,
  begin: (authid: string, account: Account) => Exchange,
): (hello: Dict) => Exchange | undefined {
  return ({ authid }) => {
    const account = typeof authid === "string" ? accounts.get(authid) : undefined;
    return typeof authid === "string" && account !== undefined ? begin(authid, account) : undefined;
  };
}
