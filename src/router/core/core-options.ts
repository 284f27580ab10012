import { crossbarScram, wampScram } from "../../auth/scram-hash.js";
import type { Dict } from "../../protocol/dict.js";
import { createCodecs } from "../../codec/codecs.js";
import { customSerializer } from "../../codec/custom.js";
import { serializers as ownSerializers } from "../../codec/serializers.js";
import { isCustomName, isOwnSerializer, serializerNames } from "../../protocol/payload.js";
import type { OwnSerializerName, SerializerName } from "../../protocol/payload.js";
import type { NamedSerializer } from "../../protocol/serializer-module.js";
import { checkUri } from "../../protocol/uri.js";
import {
  craAuthenticator,
  cryptosignAuthenticator,
  scramAuthenticator,
  ticketAuthenticator,
} from "./authenticators.js";
import type { Authenticator, CraAccount, ScramAccount } from "./authenticators.js";
import { featureNames, withSwitches } from "./features.js";
import type { FeatureName, Features } from "./features.js";
import type { OptionChecks } from "./option-checks.js";
import { parseHistory } from "./history-options.js";
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

/** The event history of a router. */
export interface EventHistoryOptions {
  /** The topics and patterns that have a history: that of the subscriptions with the same topic and match policy. */
  readonly topics: readonly {
    /** The topic, or the pattern. */
    readonly uri: string;
    /**
     * The policy by which `uri` is matched.
     * @default "exact"
     */
    readonly match?: "exact" | "prefix" | "wildcard";
    /**
     * Number of publications kept; the oldest are dropped.
     * @default 1000
     */
    readonly limit?: number;
  }[];
  /**
   * The form of the answers: one list with the newest event first, as Crossbar.io gives it, or an argument for each event, the oldest
   * first, as Nexus does.
   * @default "crossbar"
   */
  readonly form?: "crossbar" | "nexus";
}

/** The options of a router that do not depend on the way to it. */
export interface CoreOptions {
  /**
   * Realms that a session can join; a HELLO for any other is refused with `wamp.error.no_such_realm`.
   * @default ["realm1"]
   */
  readonly realms?: readonly string[];
  /**
   * Credentials that the router accepts.
   * @default { anonymous: true }
   */
  readonly auth?: RouterAuth;
  /**
   * Serializers that the router supports: those of the package by their names, and others as objects with functions. If a client offers
   * several of them, the first one that it offers is used.
   * @default ["json", "msgpack", "cbor"]
   */
  readonly serializers?: readonly (OwnSerializerName | NamedSerializer)[];
  /**
   * Features to switch off (WAMP, "Feature Announcement"); a feature that is off is not announced.
   * @default all on
   */
  readonly features?: Partial<Readonly<Record<FeatureName, boolean>>>;
  /**
   * Event history (WAMP, "Event History"), which `wamp.subscription.get_events` returns. A router keeps it in memory, also while a topic has
   * no subscribers.
   * @default no topic has a history
   */
  readonly eventHistory?: EventHistoryOptions;
  /**
   * Called with one line for each notable event, such as a session that was aborted.
   * @default no logging
   */
  readonly log?: (line: string) => void;
}

/** The settings of the core, and the serializers of its transports. */
export interface RouterSettings extends CoreSettings {
  readonly serializers: readonly SerializerName[];
}

const authNames = ["anonymous", "tickets", "wampcra", "scram", "cryptosign"];

const argon2Names = ["password", "kdf", "iterations", "memory"];
const saltedNames = ["secret", "salt", "iterations", "keylen"];

/** Names of the {@link CoreOptions}. */
export const coreOptionNames = ["realms", "auth", "serializers", "features", "eventHistory", "log"];

/** Checks options, of which others than those of the core are ignored, and fills in the defaults. Throws a `TypeError`. */
export function parseCoreOptions(checks: OptionChecks, given: Dict): RouterSettings {
  return {
    realms: parseRealms(checks, given["realms"] ?? ["realm1"]),
    ...parseAuth(checks, given["auth"] ?? {}),
    ...parseSerializers(checks, given["serializers"] ?? serializerNames),
    features: parseFeatures(checks, given["features"] ?? {}),
    eventHistory: parseHistory(checks, given["eventHistory"] ?? {}),
    log: parseLog(checks, given["log"] ?? (() => undefined)),
  };
}

function parseRealms(checks: OptionChecks, value: unknown): readonly string[] {
  const isText = (item: unknown): item is string => typeof item === "string";
  const realms = checks.list("realms", value, isText, "realm URIs");
  for (const realm of realms) {
    const broken = checkUri(realm, "realm", "loose");
    if (broken !== undefined) throw checks.wrong("realms", `realm URIs (${broken})`, realm);
  }
  return realms;
}

function parseAuth(checks: OptionChecks, value: unknown): Pick<CoreSettings, "anonymous" | "authenticators"> {
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
  const authenticators = new Map<string, Authenticator>();
  if (tickets.size > 0) authenticators.set("ticket", ticketAuthenticator(tickets));
  if (secrets.size > 0) authenticators.set("wampcra", craAuthenticator(secrets));
  if (passwords.size > 0)
    for (const variant of [wampScram, crossbarScram])
      authenticators.set(variant.method, scramAuthenticator(variant, passwords));
  if (keys.size > 0) authenticators.set("cryptosign", cryptosignAuthenticator(keys));
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

function parseSerializers(
  checks: OptionChecks,
  value: unknown,
): Pick<RouterSettings, "serializers" | "codecs"> {
  const known = (item: unknown): item is OwnSerializerName | NamedSerializer =>
    isOwnSerializer(item) || (isDict(item) && isCustomName(item["name"]));
  const expected = `${serializerNames.map(show).join(" or ")}, or an object { name, encode, decode } with another name`;
  const choices = checks.list("serializers", value, known, expected);
  const custom = choices.filter((choice) => typeof choice !== "string");
  try {
    return {
      serializers: choices.map((choice) => (typeof choice === "string" ? choice : choice.name)),
      codecs: createCodecs([...ownSerializers, ...custom.map((each) => customSerializer(each.name, each))]),
    };
  } catch (cause) {
    throw checks.error(`serializers: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function parseFeatures(checks: OptionChecks, value: unknown): Features {
  const switches: Partial<Record<FeatureName, boolean>> = {};
  const given = checks.record("features", value, featureNames);
  for (const name of featureNames) {
    const on = given[name];
    if (on !== undefined) switches[name] = checks.switch(`features.${name}`, on);
  }
  return withSwitches(switches);
}

function parseLog(checks: OptionChecks, log: unknown): CoreSettings["log"] {
  if (isLog(log)) return log;
  throw checks.wrong("log", "a function", log);
}

function isLog(value: unknown): value is CoreSettings["log"] {
  return typeof value === "function";
}
