import { offlinePolicy } from "../../contract/request-options.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { AuthConfig, RetryConfig, SessionConfig, TabLimits } from "../../contract/session-config.js";
import type { SerializerName } from "../../protocol/payload.js";
import { milliseconds, oneOf, positiveInteger, positiveMilliseconds } from "../../contract/rules.js";
import { check, dict, list, nonEmptyText, onlyKeys, text } from "../errors/checks.js";
import type { ConnectOptions } from "../api/connect-options.js";
import { invalid } from "../errors/invalid.js";

/** The options of `connect`, checked and complete. */
export interface Settings {
  /** What the worker gets. */
  readonly session: SessionConfig;
  /** Asks the application for the session's secret, where it gave a function. */
  readonly askSecret: (() => string | Promise<string>) | undefined;
  readonly workerUrl: string | undefined;
  readonly attachTimeout: number;
  readonly callTimeout: number;
  readonly offline: OfflinePolicy;
}

const MIB = 2 ** 20;
const SERIALIZERS = ["json", "msgpack"] as const satisfies readonly SerializerName[];
const serializer = oneOf(...SERIALIZERS);
const uriRules = oneOf("loose", "strict");
const authMethod = oneOf("anonymous", "ticket");
const OPTIONS = [
  "url",
  "realm",
  "auth",
  "principal",
  "serializers",
  "workerUrl",
  "attachTimeout",
  "connectTimeout",
  "requestTimeout",
  "callTimeout",
  "offline",
  "linger",
  "retry",
  "limits",
  "maxMessageSize",
  "uriRules",
] as const satisfies readonly (keyof ConnectOptions)[];

/** Throws `InvalidArgumentError`, naming the option, what came and what was expected. */
export function parseSettings(options: ConnectOptions): Settings {
  // The types promise more than JavaScript keeps.
  const given = dict("connect(): options", options);
  onlyKeys("connect(): options", given, OPTIONS);
  const auth = given["auth"] === undefined ? { method: "anonymous" as const } : authOf(given["auth"]);
  const principal = given["principal"] ?? auth.authid ?? "anonymous";
  const time = (name: keyof ConnectOptions, fallback: number): number =>
    check(at(name), given[name] ?? fallback, positiveMilliseconds);
  return {
    session: {
      urls: urlsOf(given["url"]),
      realm: nonEmptyText(at("realm"), given["realm"]),
      principal: nonEmptyText(at("principal"), principal),
      auth,
      serializers: serializersOf(given["serializers"] ?? SERIALIZERS),
      uriRules: check(at("uriRules"), given["uriRules"] ?? "loose", uriRules),
      linger: check(at("linger"), given["linger"] ?? 5_000, milliseconds),
      maxMessageSize: check(at("maxMessageSize"), given["maxMessageSize"] ?? 16 * MIB, positiveInteger),
      connectTimeout: time("connectTimeout", 10_000),
      requestTimeout: time("requestTimeout", 10_000),
      retry: retryOf(given["retry"] ?? {}),
      limits: limitsOf(given["limits"] ?? {}),
    },
    askSecret: secretFunctionOf(options),
    workerUrl: given["workerUrl"] === undefined ? undefined : workerUrlOf(given["workerUrl"]),
    attachTimeout: time("attachTimeout", 10_000),
    callTimeout: check(at("callTimeout"), given["callTimeout"] ?? 0, milliseconds),
    offline: check(at("offline"), given["offline"] ?? "wait", offlinePolicy),
  };
}

function at(name: string): string {
  return `connect(): options.${name}`;
}

function urlsOf(value: unknown): string[] {
  const urls = Array.isArray(value) ? list(at("url"), value) : [value];
  if (urls.length === 0) throw invalid(at("url"), value, "at least one URL");
  return urls.map((url) => routerUrl(url));
}

function routerUrl(value: unknown): string {
  const given = text(at("url"), value);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !["ws:", "wss:"].includes(url.protocol) || url.hash !== "") {
    throw invalid(at("url"), value, "a URL that begins with ws:// or wss://, without a fragment");
  }
  return url.href;
}

function authOf(value: unknown): AuthConfig {
  const auth = dict(at("auth"), value);
  const method = check(at("auth.method"), auth["method"], authMethod);
  switch (method) {
    case "anonymous":
      onlyKeys(at("auth"), auth, ["method", "authid"]);
      return auth["authid"] === undefined
        ? { method }
        : { method, authid: nonEmptyText(at("auth.authid"), auth["authid"]) };
    case "ticket": {
      onlyKeys(at("auth"), auth, ["method", "authid", "secret"]);
      const { secret } = auth;
      if (typeof secret !== "string" && typeof secret !== "function") {
        // Its type only: whatever it is, it may be somebody's secret.
        throw invalid(at("auth.secret"), typeof secret, "a string, or a function that gives one");
      }
      return {
        method,
        authid: nonEmptyText(at("auth.authid"), auth["authid"]),
        secret: typeof secret === "string" ? { literal: secret } : "ask",
      };
    }
  }
}

function secretFunctionOf({ auth }: ConnectOptions): Settings["askSecret"] {
  return auth?.method === "ticket" && typeof auth.secret === "function" ? auth.secret : undefined;
}

function serializersOf(value: unknown): SerializerName[] {
  const names = list(at("serializers"), value).map((name) => check(at("serializers"), name, serializer));
  if (names.length === 0) throw invalid(at("serializers"), value, "at least one serializer");
  return [...new Set(names)];
}

function workerUrlOf(value: unknown): string {
  if (value instanceof URL) return value.href;
  return nonEmptyText(at("workerUrl"), value);
}

function retryOf(value: unknown): RetryConfig {
  const retry = dict(at("retry"), value);
  onlyKeys(at("retry"), retry, ["initialDelay", "maxDelay", "maxAttempts"]);
  const { maxAttempts = Infinity } = retry;
  const delay = (name: "initialDelay" | "maxDelay"): number | undefined =>
    retry[name] === undefined ? undefined : check(at(`retry.${name}`), retry[name], positiveMilliseconds);
  const initialDelay = delay("initialDelay") ?? Math.min(500, delay("maxDelay") ?? Infinity);
  const maxDelay = delay("maxDelay") ?? Math.max(30_000, initialDelay);
  if (maxDelay < initialDelay) {
    throw invalid(at("retry.maxDelay"), maxDelay, `no less than options.retry.initialDelay, ${initialDelay}`);
  }
  return {
    initialDelay,
    maxDelay,
    maxAttempts:
      maxAttempts === Infinity ? Infinity : check(at("retry.maxAttempts"), maxAttempts, positiveInteger),
  };
}

function limitsOf(value: unknown): TabLimits {
  const limits = dict(at("limits"), value);
  onlyKeys(at("limits"), limits, ["maxRequests", "maxQueuedBytes"]);
  return {
    maxRequests: check(at("limits.maxRequests"), limits["maxRequests"] ?? 100_000, positiveInteger),
    maxQueuedBytes: check(at("limits.maxQueuedBytes"), limits["maxQueuedBytes"] ?? 64 * MIB, positiveInteger),
  };
}
