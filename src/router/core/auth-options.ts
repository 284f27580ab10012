import { crossbarScram, wampScram } from "../../auth/scram-hash.js";
import {
  craAuthenticator,
  cryptosignAuthenticator,
  scramAuthenticator,
  ticketAuthenticator,
} from "./authenticators.js";
import type { Authenticator, CraAccount, ScramAccount } from "./authenticators.js";
import { customAuthenticator } from "./custom-authenticator.js";
import type { CustomMethod } from "./custom-authenticator.js";
import type { OptionChecks } from "./option-checks.js";
import type { CoreSettings } from "./settings.js";
import { isDict, show } from "./values.js";

/** Credentials that the router accepts. */
export interface RouterAuth {
  /**
   * Admits sessions without credentials.
   * @default true
   */
  readonly anonymous?: boolean;
  /** Tickets by authid (WAMP, "Ticket-based Authentication"). */
  readonly tickets?: Readonly<Record<string, string>>;
  /** Secrets by authid (WAMP, "Challenge Response Authentication"), or passwords with their salting. */
  readonly wampcra?: Readonly<Record<string, string | SaltedSecret>>;
  /**
   * Passwords by authid (WAMP, "Salted Challenge Response Authentication"), for both of its names: `wamp-scram`, and `scram` as Crossbar.io
   * has it; hashed with PBKDF2, or as the account says.
   */
  readonly scram?: Readonly<Record<string, string | Argon2Password>>;
  /** Public keys by authid, in hexadecimal digits (WAMP, "Cryptosign-based Authentication"). */
  readonly cryptosign?: Readonly<Record<string, readonly string[]>>;
  /** Methods of your own by their names in HELLO, which clients answer by `auth.sign`. */
  readonly custom?: Readonly<Record<string, CustomMethod>>;
}

/** A password from which both sides derive the key of WAMP-CRA (WAMP, "Password Salting"). */
export interface SaltedSecret {
  /** The password. */
  readonly secret: string;
  /** The salt. */
  readonly salt: string;
  /**
   * Rounds of PBKDF2.
   * @default 1000
   */
  readonly iterations?: number;
  /**
   * Bytes of the key.
   * @default 32
   */
  readonly keylen?: number;
}

/** A password that is hashed with Argon2id (WAMP, "Salted Challenge Response Authentication", `argon2id13`). */
export interface Argon2Password {
  /** The password. */
  readonly password: string;
  /** The key derivation. */
  readonly kdf: "argon2id13";
  /**
   * Passes over the memory.
   * @default 2
   */
  readonly iterations?: number;
  /**
   * Memory in KiB.
   * @default 19_456
   */
  readonly memory?: number;
}

/** The names of the router's own methods. */
const ownMethods = ["anonymous", "cookie", "ticket", "wampcra", "wamp-scram", "scram", "cryptosign"];
const authNames = ["anonymous", "tickets", "wampcra", "scram", "cryptosign", "custom"];
const argon2Names = ["password", "kdf", "iterations", "memory"];
const saltedNames = ["secret", "salt", "iterations", "keylen"];
const customNames = ["challenge", "check"];

/** Checks the option `auth`. Throws a `TypeError`. */
export function parseAuth(
  checks: OptionChecks,
  value: unknown,
): Pick<CoreSettings, "anonymous" | "authenticators"> {
  const given = checks.record("auth", value, authNames);
  const accounts = <Account>(
    name: string,
    parse: (name: string, value: unknown) => Account,
  ): ReadonlyMap<string, Account> => {
    const where = `auth.${name}`;
    const entries = Object.entries(checks.record(where, given[name] ?? {}));
    return new Map(entries.map(([authid, account]) => [authid, parse(`${where}.${authid}`, account)]));
  };
  const text = (name: string, value: unknown): string => checks.text(name, value);
  const tickets = accounts("tickets", text);
  const secrets = accounts("wampcra", (name, account) => parseSecret(checks, name, account));
  const passwords = accounts("scram", (name, account) => parsePassword(checks, name, account));
  const keys = accounts("cryptosign", (name, account) =>
    checks.list(name, account, isPublicKey, "public keys of 64 hexadecimal digits"),
  );
  const custom = accounts("custom", (name, method) => parseCustom(checks, name, method));
  const authenticators = new Map<string, Authenticator>();
  if (tickets.size > 0) authenticators.set("ticket", ticketAuthenticator(tickets));
  if (secrets.size > 0) authenticators.set("wampcra", craAuthenticator(secrets));
  if (passwords.size > 0)
    for (const variant of [wampScram, crossbarScram])
      authenticators.set(variant.method, scramAuthenticator(variant, passwords));
  if (keys.size > 0) authenticators.set("cryptosign", cryptosignAuthenticator(keys));
  for (const [name, method] of custom) {
    if (name === "" || ownMethods.includes(name))
      throw checks.error(
        `auth.custom has ${show(name)}; it must be another name than ${ownMethods.join(", ")}`,
      );
    authenticators.set(name, customAuthenticator(name, method));
  }
  const anonymous = checks.switch("auth.anonymous", given["anonymous"] ?? true);
  if (!anonymous && authenticators.size === 0)
    throw checks.error("auth admits no session: anonymous is false and nobody has credentials");
  return { anonymous, authenticators };
}

function parseSecret(checks: OptionChecks, name: string, value: unknown): CraAccount {
  if (!isDict(value)) return { secret: checks.text(name, value) };
  const { secret, salt, iterations = 1000, keylen = 32 } = checks.record(name, value, saltedNames);
  return {
    secret: checks.text(`${name}.secret`, secret),
    salting: {
      salt: checks.text(`${name}.salt`, salt),
      iterations: checks.count(`${name}.iterations`, iterations),
      keylen: checks.count(`${name}.keylen`, keylen),
    },
  };
}

function parsePassword(checks: OptionChecks, name: string, value: unknown): ScramAccount {
  if (!isDict(value)) return { password: checks.text(name, value) };
  const { password, kdf, iterations = 2, memory = 19_456 } = checks.record(name, value, argon2Names);
  if (kdf !== "argon2id13") throw checks.wrong(`${name}.kdf`, show("argon2id13"), kdf);
  return {
    password: checks.text(`${name}.password`, password),
    argon2id: {
      iterations: checks.count(`${name}.iterations`, iterations),
      memory: checks.count(`${name}.memory`, memory),
    },
  };
}

function isPublicKey(value: unknown): value is string {
  return typeof value === "string" && /^[\da-f]{64}$/.test(value);
}

function parseCustom(checks: OptionChecks, name: string, value: unknown): CustomMethod {
  const method = checks.record(name, value, customNames);
  for (const part of customNames)
    if (typeof method[part] !== "function") throw checks.wrong(`${name}.${part}`, "a function", method[part]);
  return method as unknown as CustomMethod;
}
