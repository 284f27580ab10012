import type { Dict } from "../protocol/dict.js";
import { isCustomName } from "../protocol/payload.js";
import type { OwnSerializerName, SerializerName } from "../protocol/payload.js";
import type { OutboxConfig } from "./outbox.js";
import type { OfflinePolicy } from "./request-options.js";

/** A value that the application passed, or `"ask"` if it passed a function that returns it. */
export type Given = { readonly literal: string } | "ask";

/** The same for a part of the credentials that only another tab has: the tab is not asked. */
export type GivenCredential = Given | "none";

/** An authentication method that a session offers. With `"ask"`, the hub asks an attached tab each time (`TabApi.ask`). */
export interface AuthConfig {
  /** The name in HELLO: one of {@link AuthMethodName}, or another one that the application signs. */
  readonly method: string;
  /** The identity, which all methods of a session share. */
  readonly authid?: string | undefined;
  /** The role, which all methods of a session share. */
  readonly authrole?: string | undefined;
  /** Members of HELLO.Details.authextra in addition to those of the method. */
  readonly authextra?: Dict | undefined;
  /** The secret of the methods that have one. */
  readonly secret?: GivenCredential | undefined;
  /** Set if the key of WAMP-CRA, where the router does not salt it, is the password in Base64. */
  readonly unsaltedKey?: "base64" | undefined;
  /** Set if the application itself answers the challenge, or that of another tab does. */
  readonly sign?: "ask" | "none" | undefined;
}

/** The names of the methods that the package knows. */
export type AuthMethodName = (typeof authMethodNames)[number];
export const authMethodNames = [
  "anonymous",
  "cookie",
  "ticket",
  "wampcra",
  "wamp-scram",
  "scram",
  "cryptosign",
] as const;

/** The parts of the router's URLs that may be secrets. Like those in `AuthConfig`, they are never shown, stored or compared. */
export interface AccessConfig {
  /** The complete URLs, with user, password and query, in the order of `SessionConfig.urls`. */
  readonly urls: readonly string[];
  /** Set if the hub asks an attached tab for a further part of the query each time (`TabApi.ask`). */
  readonly query?: "ask";
}

/** The delays between attempts: exponential backoff with full jitter. */
export interface RetryConfig {
  /** Upper bound of the first delay, in milliseconds. */
  readonly initialDelay: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly maxDelay: number;
  /** Number of attempts without a session that lasts after which the session is closed; `Infinity` for no limit. */
  readonly maxAttempts: number;
}

/** Limits for the requests of one tab that are queued or in flight. */
export interface TabLimits {
  /** Requests of one tab that are queued or waiting for an answer. */
  readonly maxRequests: number;
  /** Bytes of one tab's encoded payloads that are queued in the hub. */
  readonly maxQueuedBytes: number;
}

/**
 * The configuration of a session: options that were judged. `urls`, `realm` and `principal` identify the session; of all other options, the
 * values of the first tab apply.
 */
export interface SessionConfig extends SharedOptions {
  /** The public URLs, without user, password and query. */
  readonly urls: readonly string[];
  /** Those of the latest tab are tried first. */
  readonly access: AccessConfig;
  /** The methods in order of preference; at least one. */
  readonly auth: readonly AuthConfig[];
}

/**
 * The options of `connect`, by their public names, completed with defaults by the tab. Until the hub has judged them, their values can be
 * anything, and there may be others.
 */
export interface ConnectConfig extends SharedOptions {
  /** The complete URLs, with user, password and query. */
  readonly url: readonly string[];
  /** A further part of the query. */
  readonly query?: Given | undefined;
  /** The methods in order of preference, or the only one. */
  readonly auth: AuthConfig | readonly AuthConfig[];
  /** Set if the application judges the reasons for which connections end (`TabApi.isFatal`). */
  readonly isFatal?: "ask" | undefined;
  // The tab itself acts on the following ones, and the hub only judges them.
  readonly workerUrl?: string | undefined;
  /** Milliseconds. */
  readonly attachTimeout: number;
  /** Milliseconds. */
  readonly callTimeout: number;
  readonly offline: OfflinePolicy;
}

/** A serializer of the application, with the absolute URL of its module. */
export interface CustomSerializerConfig {
  readonly name: string;
  readonly url: string;
}

/** Tells whether a value is a serializer of the application. */
export function isCustomChoice(value: unknown): value is CustomSerializerConfig {
  if (typeof value !== "object" || value === null) return false;
  const { name, url, ...others } = value as Partial<CustomSerializerConfig>;
  return isCustomName(name) && typeof url === "string" && url !== "" && Object.keys(others).length === 0;
}

/** A serializer of the package by its name, or one of the application. */
export type SerializerChoice = OwnSerializerName | CustomSerializerConfig;

/** Returns the name of a serializer. */
export function choiceName(choice: SerializerChoice): SerializerName {
  return typeof choice === "string" ? choice : choice.name;
}

/** Returns the serializers of the application among others. */
export function customOf(choices: readonly SerializerChoice[]): readonly CustomSerializerConfig[] {
  return choices.filter((choice) => typeof choice !== "string");
}

/** The options of `connect` that make up a session, as they are. */
export interface SharedOptions {
  readonly realm: string;
  readonly principal: string;
  /** Members of HELLO.Details in addition to those of the package. */
  readonly hello?: Dict | undefined;
  /** True if a page on `https:` may use a `ws:` router on a network. */
  readonly allowInsecureRouter: boolean;
  /** Serializers in order of preference. */
  readonly serializers: readonly SerializerChoice[];
  readonly uriRules: "loose" | "strict";
  /** Milliseconds that a session outlives its last tab, if that tab vanished without `leave()`. */
  readonly linger: number;
  /** Milliseconds for which the events of hidden tabs are collected; 0: as those of visible ones. */
  readonly hiddenPace: number;
  /** Milliseconds of silence after which the router is asked for a sign of life, if there is something to lose; 0: never. */
  readonly probeAfter: number;
  /** Maximum size in bytes of a message to the router. */
  readonly maxMessageSize: number;
  /** Milliseconds for one connection attempt, from opening the socket to WELCOME; the time in which the application is asked is not counted. */
  readonly connectTimeout: number;
  /** Milliseconds for the application to give a secret, a query or a signature; 0: any time for the first two, and `connectTimeout` for a signature. */
  readonly answerTimeout: number;
  /** Milliseconds for SUBSCRIBE, UNSUBSCRIBE, REGISTER, UNREGISTER and acknowledged PUBLISH. */
  readonly requestTimeout: number;
  readonly retry: RetryConfig;
  readonly limits: TabLimits;
  readonly outbox: OutboxConfig;
}
