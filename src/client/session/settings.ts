import { publicUrl, resolvedRouterUrl } from "../../contract/router-url.js";
import type { ConnectConfig, SerializerChoice, SessionConfig } from "../../contract/session-config.js";
import type { Dict } from "../../protocol/dict.js";
import type { PasswordAuth, SignedAuth } from "../api/auth-options.js";
import type { ConnectOptions, TrustedScriptUrl } from "../api/connect-options.js";
import type { Passthru } from "../api/passthru.js";
import { cloned, dict } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";
import { completeSerializers, likelyChoices } from "./serializer-choices.js";

/** The options of `connect`, completed. The hub judges what is not needed before it has answered. */
export interface Settings {
  /** The options as they are sent to the hub. */
  readonly options: ConnectConfig;
  /** The URLs without user, password and query. */
  readonly urls: SessionConfig["urls"];
  /** The parts of the credentials that the application passed, or functions that return them. */
  readonly credentials: Pick<Login, "methods"> & { readonly query: ConnectOptions["query"] };
  /** The application's judgement of the reasons for which connections end. */
  readonly isFatal: ConnectOptions["isFatal"];
  /** The serializers, without what the hub will refuse. */
  readonly serializers: readonly SerializerChoice[];
  readonly workerUrl: string | TrustedScriptUrl | undefined;
  /** The maker and reader of payloads that the router does not look into, which stays in this tab. */
  readonly passthru: Passthru | undefined;
  /** The option, or its default instead of a value that the hub will refuse. */
  readonly attachTimeout: number;
}

/** The authentication methods of a session. */
export interface Login {
  /** The form in which they are sent to the hub. */
  readonly auth: ConnectConfig["auth"];
  /** The form in which the application gave them. */
  readonly methods: readonly GivenAuth[];
}

/** An authentication method, as far as the application is asked for it. */
export interface GivenAuth {
  readonly method?: unknown;
  readonly secret?: PasswordAuth["secret"];
  readonly sign?: SignedAuth["sign"];
}

const MIB = 2 ** 20;
const WHERE = "connect(): options";
const URL_RULE =
  "a URL of wss:, ws:, https: or http: (such as ws://localhost:8080/ws), or one that is relative to the page, without a fragment";

/** The defaults of `connect`. They are repeated in `ConnectOptions` and in the README. */
export const defaults = {
  allowInsecureRouter: false,
  serializers: ["json", "msgpack"],
  attachTimeout: 10_000,
  connectTimeout: 10_000,
  answerTimeout: 0,
  requestTimeout: 10_000,
  callTimeout: 0,
  offline: "wait",
  linger: 5_000,
  hiddenPace: 100,
  probeAfter: 30_000,
  maxMessageSize: 16 * MIB,
  uriRules: "loose",
} as const satisfies Partial<ConnectConfig>;

/** The defaults of the option `outbox`: seven days. */
export const defaultOutbox = { maxEntries: 10_000, maxBytes: 16 * MIB, maxAge: 604_800_000 };

/** The defaults of the option `limits`. */
export const defaultLimits = { maxRequests: 100_000, maxQueuedBytes: 64 * MIB };

/**
 * Completes the options. Throws `InvalidArgumentError` for what cannot be completed or sent, and for what the page needs to reach the hub.
 * The hub judges everything else, and refuses unknown names, which are passed on.
 * @param base the URL that relative ones are resolved against
 */
export function completeOptions(given: ConnectOptions, base?: string): Settings {
  dict(WHERE, given);
  const {
    url,
    auth = { method: "anonymous" },
    retry = {},
    limits = {},
    outbox = {},
    serializers = defaults.serializers,
    workerUrl: worker,
    passthru,
    ...others
  } = given;
  const urls = [url].flat().map((each) => routerUrl(each, base));
  if (urls.length === 0) throw invalid(`${WHERE}.url`, url, "at least one URL");
  const workerUrl = worker === undefined ? undefined : parseWorkerUrl(worker);
  const login = completeLogin(`${WHERE}.auth`, auth);
  const [first] = [login.auth].flat();
  const choices = completeSerializers(`${WHERE}.serializers`, serializers, base);
  const options = {
    url: urls,
    auth: login.auth,
    principal: first?.authid ?? "anonymous",
    ...defaults,
    ...copied(
      WHERE,
      { ...others, serializers: choices, workerUrl: workerUrl?.toString() },
      "query",
      "isFatal",
    ),
    retry: completeRetry(cloned(`${WHERE}.retry`, retry, true)),
    outbox: { ...defaultOutbox, ...cloned(`${WHERE}.outbox`, outbox, true) },
    limits: { ...defaultLimits, ...cloned(`${WHERE}.limits`, limits, true) },
  } as unknown as ConnectConfig;
  const { attachTimeout } = options;
  return {
    options,
    urls: urls.map(publicUrl),
    credentials: { query: others.query, methods: login.methods },
    isFatal: others.isFatal,
    serializers: likelyChoices(choices),
    workerUrl,
    passthru: passthru === undefined ? undefined : parsePassthru(passthru),
    attachTimeout: durationOr(defaults.attachTimeout, attachTimeout),
  };
}

/** Completes authentication methods. Throws `InvalidArgumentError` for what cannot be sent; the hub judges everything else. */
export function completeLogin(where: string, given: unknown): Login {
  const methods = [given].flat() as readonly GivenAuth[];
  const copies = methods.map((each) => copied(where, each, "secret", "sign"));
  return { auth: (Array.isArray(given) ? copies : copies[0]) as unknown as Login["auth"], methods };
}

/** Copies options of which some can be functions: they are then sent as `"ask"`, and their values otherwise in a wrapper. */
function copied(where: string, options: object, ...names: readonly string[]): Dict {
  const given = dict(where, options);
  const isAsked = (name: string): boolean => names.includes(name) && typeof given[name] === "function";
  const others = Object.entries(given).filter(([name]) => !isAsked(name));
  const copy = cloned(where, Object.fromEntries(others), true);
  const wrapped = names.flatMap((name): [string, unknown][] => {
    if (isAsked(name)) return [[name, "ask"]];
    return name in copy ? [[name, { literal: copy[name] }]] : [];
  });
  return { ...copy, ...Object.fromEntries<unknown>(wrapped) };
}

/** @param base the URL of the page, in a page */
function routerUrl(given: unknown, base: string | undefined): string {
  const where = `${WHERE}.url`;
  const value = given instanceof URL ? given.href : given;
  if (typeof value !== "string") throw invalid(where, value, URL_RULE);
  const url = resolvedRouterUrl(value, base);
  if (url !== undefined) return url;
  // A URL of another scheme may be a typing error, such as "joe:password@host".
  const isWebUrl = URL.canParse(value) && /^(?:http|ws)s?:/i.test(value.trim());
  throw invalid(where, value, URL_RULE, isWebUrl ? JSON.stringify(publicUrl(value)) : undefined);
}

function parseWorkerUrl(value: unknown): string | TrustedScriptUrl {
  if (isTrustedScriptUrl(value)) return value;
  const url = value instanceof URL ? value.href : value;
  if (typeof url !== "string" || url === "")
    throw invalid(`${WHERE}.workerUrl`, url, "a string that is not empty");
  return url;
}

function parsePassthru(value: unknown): Passthru {
  if (typeof (value as Passthru | null)?.open === "function") return value as Passthru;
  throw invalid(`${WHERE}.passthru`, value, "what createPassthru() of wamp-mux/passthru returns");
}

/** Recognizes it by its tag, because this layer has no DOM and it may come from another realm. */
function isTrustedScriptUrl(value: unknown): value is TrustedScriptUrl {
  return Object.prototype.toString.call(value) === "[object TrustedScriptURL]";
}

/** Derives the default of one delay from the other one. The order is fixed, because options are compared as texts. */
function completeRetry(given: Dict): Dict {
  return {
    initialDelay: Math.min(500, durationOr(500, given["maxDelay"])),
    maxDelay: Math.max(30_000, durationOr(0, given["initialDelay"])),
    maxAttempts: Infinity,
    ...given,
  };
}

/** Returns a duration, or another one instead of a value that the hub will refuse. */
function durationOr(otherwise: number, value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : otherwise;
}
