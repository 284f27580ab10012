import { offlinePolicy } from "../../contract/request-options.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { Asked } from "../../contract/port.js";
import { isRouterUrl, publicUrl, ROUTER_URL, withQuery } from "../../contract/router-url.js";
import { milliseconds, positiveMilliseconds } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { AuthConfig, RetryConfig, SessionConfig } from "../../contract/session-config.js";
import {
  authMethod,
  limitRules,
  retryRules,
  serializerName,
  sessionRules,
} from "../../contract/session-rules.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { ConnectOptions } from "../api/connect-options.js";
import { invalid, invalidType } from "../errors/invalid.js";
import { check, dict, list, nonEmptyText, onlyKeys, secretText } from "../errors/checks.js";

/** The options of `connect`, checked and completed. */
export interface Settings {
  /** The part that is sent to the hub. */
  readonly session: SessionConfig;
  /** The functions that the application passed instead of values. */
  readonly ask: Readonly<Record<Asked, Answer | undefined>>;
  readonly workerUrl: string | undefined;
  readonly attachTimeout: number;
  readonly callTimeout: number;
  readonly offline: OfflinePolicy;
}

export type Answer = () => string | Promise<string>;
type Parser = (where: string, value: unknown) => unknown;
/** The rows of an option table: the parser of each option, and its default. */
type Table<Name extends string = string> = Readonly<
  Record<Name, readonly [parse: Parser, fallback?: unknown]>
>;
type Parsed<T extends Table> = { readonly [Name in keyof T]: ReturnType<T[Name][0]> };

const MIB = 2 ** 20;

const retryOptions = {
  // Their defaults depend on each other.
  initialDelay: [optional(by(retryRules.initialDelay))],
  maxDelay: [optional(by(retryRules.maxDelay))],
  maxAttempts: [by(retryRules.maxAttempts), Infinity],
} as const satisfies Table;

export const limitOptions = {
  maxRequests: [by(limitRules.maxRequests), 100_000],
  maxQueuedBytes: [by(limitRules.maxQueuedBytes), 64 * MIB],
} as const satisfies Table;

/** The options of `connect`. Their defaults are repeated in `ConnectOptions` and in the README. */
export const connectOptions = {
  url: [parseUrls],
  query: [optional(parseQuery)],
  allowInsecureRouter: [by(sessionRules.allowInsecureRouter), false],
  realm: [nonEmptyText],
  auth: [parseAuth],
  // Its default is the authid.
  principal: [(_where: string, value: unknown) => value],
  serializers: [parseSerializers, ["json", "msgpack"]],
  workerUrl: [optional(parseWorkerUrl)],
  attachTimeout: [by(positiveMilliseconds), 10_000],
  connectTimeout: [by(sessionRules.connectTimeout), 10_000],
  requestTimeout: [by(sessionRules.requestTimeout), 10_000],
  callTimeout: [by(milliseconds), 0],
  offline: [by(offlinePolicy), "wait"],
  linger: [by(sessionRules.linger), 5_000],
  retry: [parseRetry, {}],
  limits: [(where: string, value: unknown) => parseOptions(where, limitOptions, value), {}],
  maxMessageSize: [by(sessionRules.maxMessageSize), 16 * MIB],
  uriRules: [by(sessionRules.uriRules), "loose"],
} as const satisfies Table<keyof ConnectOptions>;

/**
 * Throws `InvalidArgumentError`, which names the option, the value and the values that are allowed. Where a secret may have been passed, it
 * names the type of the value, or the URL without its secrets.
 */
export function parseSettings(options: ConnectOptions): Settings {
  const where = "connect(): options";
  const parsed = parseOptions(where, connectOptions, options);
  const { url, query, principal, workerUrl, attachTimeout, callTimeout, offline, auth, ...session } = parsed;
  const complete = url.map((each) => withQuery(each, typeof query === "string" ? query : ""));
  return {
    session: {
      ...session,
      urls: url.map(publicUrl),
      access: { urls: complete, ...(typeof query === "function" && { query: "ask" }) },
      auth,
      principal: nonEmptyText(
        `${where}.principal`,
        principal === undefined ? (auth.authid ?? "anonymous") : principal,
        invalidType,
      ),
    },
    ask: { secret: secretFunction(options), query: typeof query === "function" ? query : undefined },
    workerUrl,
    attachTimeout,
    callTimeout,
    offline,
  };
}

/** Parses options by a table. Names that are not in the table are refused. */
function parseOptions<T extends Table>(where: string, table: T, value: unknown): Parsed<T> {
  const given = dict(where, value, invalidType);
  onlyKeys(where, given, Object.keys(table));
  const parsed = Object.entries(table).map(([name, [parse, fallback]]) => {
    const own = given[name];
    return [name, parse(`${where}.${name}`, own === undefined ? fallback : own)];
  });
  return Object.fromEntries(parsed) as Parsed<T>;
}

function by<Value>(rule: Rule<Value>): (where: string, value: unknown) => Value {
  return (where, value) => check(where, value, rule);
}

function optional<Value>(parse: (where: string, value: unknown) => Value) {
  return (where: string, value: unknown): Value | undefined =>
    value === undefined ? undefined : parse(where, value);
}

function parseUrls(where: string, value: unknown): string[] {
  const urls = Array.isArray(value) ? list(where, value) : [value];
  if (urls.length === 0) throw invalid(where, value, "at least one URL");
  return urls.map((url) => parseRouterUrl(where, url));
}

function parseRouterUrl(where: string, value: unknown): string {
  if (isRouterUrl(value)) return new URL(value).href;
  // A URL of another scheme may be a typing error, such as "joe:password@host".
  const isWebUrl = typeof value === "string" && URL.canParse(value) && /^(?:http|ws)s?:/i.test(value.trim());
  throw isWebUrl ? invalid(where, publicUrl(value), ROUTER_URL) : invalidType(where, value, ROUTER_URL);
}

function parseQuery(where: string, value: unknown): string | Answer {
  return isAnswer(value) ? value : secretText(where, value);
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "function";
}

function parseAuth(where: string, value: unknown = { method: "anonymous" }): AuthConfig {
  const given = dict(where, value, invalidType);
  const { authid, secret } = given;
  // Applications mix up the fields, so that any of them may be the secret.
  if (!authMethod.accepts(given["method"]))
    throw invalidType(`${where}.method`, given["method"], authMethod.expected);
  const method = given["method"];
  const parseAuthid = (): string =>
    secretText(`${where}.authid`, nonEmptyText(`${where}.authid`, authid, invalidType));
  switch (method) {
    case "anonymous":
      onlyKeys(where, given, ["method", "authid"]);
      return authid === undefined ? { method } : { method, authid: parseAuthid() };
    case "ticket":
      onlyKeys(where, given, ["method", "authid", "secret"]);
      return { method, authid: parseAuthid(), secret: parseSecret(`${where}.secret`, secret) };
  }
}

function parseSecret(where: string, value: unknown): { readonly literal: string } | "ask" {
  if (isAnswer(value)) return "ask";
  if (typeof value !== "string") throw invalidType(where, value, "a string, or a function that returns one");
  return { literal: secretText(where, nonEmptyText(where, value, invalidType)) };
}

function secretFunction({ auth }: ConnectOptions): Answer | undefined {
  return auth?.method === "ticket" && typeof auth.secret === "function" ? auth.secret : undefined;
}

function parseSerializers(where: string, value: unknown): SerializerName[] {
  const names = list(where, value).map((name) => check(where, name, serializerName));
  if (names.length === 0) throw invalid(where, value, "at least one serializer");
  return [...new Set(names)];
}

function parseWorkerUrl(where: string, value: unknown): string {
  return value instanceof URL ? value.href : nonEmptyText(where, value);
}

function parseRetry(where: string, value: unknown): RetryConfig {
  const given = parseOptions(where, retryOptions, value);
  const initialDelay = given.initialDelay ?? Math.min(500, given.maxDelay ?? Infinity);
  const maxDelay = given.maxDelay ?? Math.max(30_000, initialDelay);
  if (maxDelay < initialDelay) {
    throw invalid(`${where}.maxDelay`, maxDelay, `no less than options.retry.initialDelay, ${initialDelay}`);
  }
  return { initialDelay, maxDelay, maxAttempts: given.maxAttempts };
}
