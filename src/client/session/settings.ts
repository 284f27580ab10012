import { offlinePolicy } from "../../contract/request-options.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import { milliseconds, oneOf, positiveInteger, positiveMilliseconds } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { AuthConfig, RetryConfig, SessionConfig } from "../../contract/session-config.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { ConnectOptions } from "../api/connect-options.js";
import { invalid } from "../errors/invalid.js";
import { check, dict, list, nonEmptyText, onlyKeys, text } from "../errors/checks.js";

/** The options of `connect`, checked and completed. */
export interface Settings {
  /** The part that is sent to the hub. */
  readonly session: SessionConfig;
  /** Asks the application for the session's secret, if it passed a function. */
  readonly askSecret: (() => string | Promise<string>) | undefined;
  readonly workerUrl: string | undefined;
  readonly attachTimeout: number;
  readonly callTimeout: number;
  readonly offline: OfflinePolicy;
}

type Parser = (where: string, value: unknown) => unknown;
/** The rows of an option table: the parser of each option, and its default. */
type Table<Name extends string = string> = Readonly<
  Record<Name, readonly [parse: Parser, fallback?: unknown]>
>;
type Parsed<T extends Table> = { readonly [Name in keyof T]: ReturnType<T[Name][0]> };

const MIB = 2 ** 20;
const serializer = oneOf("json", "msgpack");
const authMethod = oneOf("anonymous", "ticket");

const retryOptions = {
  // Their defaults depend on each other.
  initialDelay: [optional(by(positiveMilliseconds))],
  maxDelay: [optional(by(positiveMilliseconds))],
  maxAttempts: [parseAttempts],
} as const satisfies Table;

export const limitOptions = {
  maxRequests: [by(positiveInteger), 100_000],
  maxQueuedBytes: [by(positiveInteger), 64 * MIB],
} as const satisfies Table;

/** The options of `connect`. Their defaults are repeated in `ConnectOptions` and in the README. */
export const connectOptions = {
  url: [parseUrls],
  realm: [nonEmptyText],
  auth: [parseAuth],
  // Its default is the authid.
  principal: [(_where: string, value: unknown) => value],
  serializers: [parseSerializers, ["json", "msgpack"]],
  workerUrl: [optional(parseWorkerUrl)],
  attachTimeout: [by(positiveMilliseconds), 10_000],
  connectTimeout: [by(positiveMilliseconds), 10_000],
  requestTimeout: [by(positiveMilliseconds), 10_000],
  callTimeout: [by(milliseconds), 0],
  offline: [by(offlinePolicy), "wait"],
  linger: [by(milliseconds), 5_000],
  retry: [parseRetry, {}],
  limits: [(where: string, value: unknown) => parseOptions(where, limitOptions, value), {}],
  maxMessageSize: [by(positiveInteger), 16 * MIB],
  uriRules: [by(oneOf("loose", "strict")), "loose"],
} as const satisfies Table<keyof ConnectOptions>;

/** Throws `InvalidArgumentError`, which names the option, the value and the values that are allowed. */
export function parseSettings(options: ConnectOptions): Settings {
  const where = "connect(): options";
  const { url, principal, workerUrl, attachTimeout, callTimeout, offline, auth, ...session } = parseOptions(
    where,
    connectOptions,
    options,
  );
  return {
    session: {
      ...session,
      urls: url,
      auth,
      principal: nonEmptyText(`${where}.principal`, principal ?? auth.authid ?? "anonymous"),
    },
    askSecret: secretFunction(options),
    workerUrl,
    attachTimeout,
    callTimeout,
    offline,
  };
}

/** Parses options by a table. Names that are not in the table are refused. */
function parseOptions<T extends Table>(where: string, table: T, value: unknown): Parsed<T> {
  const given = dict(where, value);
  onlyKeys(where, given, Object.keys(table));
  const parsed = Object.entries(table).map(([name, [parse, fallback]]) => {
    const own = given[name];
    return [name, parse(`${where}.${name}`, fallback === undefined ? own : (own ?? fallback))];
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
  const given = text(where, value);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !["ws:", "wss:"].includes(url.protocol) || url.hash !== "") {
    throw invalid(where, value, "a URL that begins with ws:// or wss://, without a fragment");
  }
  return url.href;
}

function parseAuth(where: string, value: unknown = { method: "anonymous" }): AuthConfig {
  const given = dict(where, value);
  const method = check(`${where}.method`, given["method"], authMethod);
  const { authid, secret } = given;
  const parseAuthid = (): string => nonEmptyText(`${where}.authid`, authid);
  switch (method) {
    case "anonymous":
      onlyKeys(where, given, ["method", "authid"]);
      return authid === undefined ? { method } : { method, authid: parseAuthid() };
    case "ticket": {
      onlyKeys(where, given, ["method", "authid", "secret"]);
      if (typeof secret !== "string" && typeof secret !== "function") {
        // Only its type, because the value may be a secret of another type.
        throw invalid(`${where}.secret`, typeof secret, "a string, or a function that returns one");
      }
      return {
        method,
        authid: parseAuthid(),
        secret: typeof secret === "string" ? { literal: secret } : "ask",
      };
    }
  }
}

function secretFunction({ auth }: ConnectOptions): Settings["askSecret"] {
  return auth?.method === "ticket" && typeof auth.secret === "function" ? auth.secret : undefined;
}

function parseSerializers(where: string, value: unknown): SerializerName[] {
  const names = list(where, value).map((name) => check(where, name, serializer));
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

function parseAttempts(where: string, value: unknown = Infinity): number {
  return value === Infinity ? value : check(where, value, positiveInteger);
}
