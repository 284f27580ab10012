import { offlinePolicy } from "../../contract/request-options.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { Asked } from "../../contract/port.js";
import { publicUrl, resolvedRouterUrl, withQuery } from "../../contract/router-url.js";
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
import type { ConnectOptions, TrustedScriptUrl } from "../api/connect-options.js";
import { invalid, invalidType } from "../errors/invalid.js";
import { check, dict, list, meaningAmong, nonEmptyText, onlyKeys, secretText } from "../errors/checks.js";

/** The options of `connect`, checked and completed. */
export interface Settings {
  /** The part that is sent to the hub. */
  readonly session: SessionConfig;
  /** The functions that the application passed instead of values. */
  readonly ask: Readonly<Record<Asked, Answer | undefined>>;
  /** The query that the application passed as a value. */
  readonly query: string | undefined;
  readonly workerUrl: string | TrustedScriptUrl | undefined;
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
const URL_RULE =
  "a URL of wss:, ws:, https: or http: (such as ws://localhost:8080/ws), or one that is relative to the page, without a fragment";
const anonymousFields = ["method", "authid"];
const ticketFields = ["method", "authid", "secret"];

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
  hiddenPace: [by(sessionRules.hiddenPace), 100],
  retry: [parseRetry, {}],
  limits: [(where: string, value: unknown) => parseOptions(where, limitOptions, value), {}],
  maxMessageSize: [by(sessionRules.maxMessageSize), 16 * MIB],
  uriRules: [by(sessionRules.uriRules), "loose"],
} as const satisfies Table<keyof ConnectOptions>;

/**
 * Throws `InvalidArgumentError`, which names the option, the value and the values that are allowed. Where a secret may have been passed, it
 * names the type of the value, or the URL without its secrets.
 * @param base the URL that relative ones are resolved against
 */
export function parseSettings(options: ConnectOptions, base?: string): Settings {
  const where = "connect(): options";
  const parsed = parseOptions(where, connectOptions, options, nestedOptions());
  const {
    url: given,
    query,
    principal,
    workerUrl,
    attachTimeout,
    callTimeout,
    offline,
    auth,
    ...session
  } = parsed;
  const url = given.map((each) => parseRouterUrl(`${where}.url`, each, base));
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
    query: typeof query === "string" ? query : undefined,
    workerUrl,
    attachTimeout,
    callTimeout,
    offline,
  };
}

/** Returns the names of options within options, for those who look for them at the top. */
function nestedOptions(): Record<string, string> {
  const names = { auth: ticketFields, retry: Object.keys(retryOptions), limits: Object.keys(limitOptions) };
  const nested = Object.entries(names).flatMap(([group, fields]) =>
    fields.map((field) => [field, `options.${group}.${field}`]),
  );
  const secret = "options.auth.secret";
  return { ...Object.fromEntries(nested), ticket: secret, password: secret } as Record<string, string>;
}

/** Parses options by a table. Names that are not in the table are refused. */
function parseOptions<T extends Table>(
  where: string,
  table: T,
  value: unknown,
  elsewhere?: Readonly<Record<string, string>>,
): Parsed<T> {
  const given = dict(where, value, invalidType);
  const names = Object.keys(table);
  onlyKeys(where, given, names, meaningAmong(names, elsewhere));
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

function parseUrls(where: string, value: unknown): readonly unknown[] {
  const urls = Array.isArray(value) ? list(where, value) : [value];
  if (urls.length === 0) throw invalid(where, value, "at least one URL");
  return urls;
}

/** @param base the URL of the page, in a page */
function parseRouterUrl(where: string, given: unknown, base: string | undefined): string {
  const value = given instanceof URL ? given.href : given;
  if (typeof value !== "string") throw invalidType(where, value, URL_RULE);
  const url = resolvedRouterUrl(value, base);
  if (url !== undefined) return url;
  // A URL of another scheme may be a typing error, such as "joe:password@host".
  const isWebUrl = URL.canParse(value) && /^(?:http|ws)s?:/i.test(value.trim());
  throw isWebUrl ? invalid(where, publicUrl(value), URL_RULE) : invalidType(where, value, URL_RULE);
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
      onlyKeys(where, given, anonymousFields);
      return authid === undefined ? { method } : { method, authid: parseAuthid() };
    case "ticket":
      onlyKeys(
        where,
        given,
        ticketFields,
        meaningAmong(ticketFields, { ticket: "secret", password: "secret" }),
      );
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

function parseWorkerUrl(where: string, value: unknown): string | TrustedScriptUrl {
  if (isTrustedScriptUrl(value)) return value;
  return value instanceof URL ? value.href : nonEmptyText(where, value);
}

/** Recognizes it by its tag, because this layer has no DOM and it may come from another realm. */
function isTrustedScriptUrl(value: unknown): value is TrustedScriptUrl {
  return Object.prototype.toString.call(value) === "[object TrustedScriptURL]";
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
