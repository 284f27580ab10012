import type { Dict } from "../protocol/dict.js";
import { isCustomName, serializerNames } from "../protocol/payload.js";
import type { SerializerName } from "../protocol/payload.js";
import { outboxRules } from "./outbox.js";
import type { OutboxConfig } from "./outbox.js";
import { isPlainData, isText } from "./plain-data.js";
import { offlinePolicy } from "./request-options.js";
import { ROUTER_URL, isRouterUrl } from "./router-url.js";
import {
  exactly,
  flag,
  isRecord,
  listOf,
  milliseconds,
  name,
  oneOf,
  optional,
  positiveInteger,
  positiveMilliseconds,
  recordOf,
  secret,
  text,
} from "./rules.js";
import type { Rule, RulesOf } from "./rules.js";
import { authMethodNames, isCustomChoice } from "./session-config.js";
import type {
  AuthConfig,
  ConnectConfig,
  Given,
  GivenCredential,
  RetryConfig,
  SerializerChoice,
  TabLimits,
} from "./session-config.js";

const ownSerializer = oneOf(...serializerNames);
export const serializerName: Rule<SerializerName> = {
  expected: `${ownSerializer.expected}, or the name of another serializer`,
  accepts: (value): value is SerializerName => ownSerializer.accepts(value) || isCustomName(value),
};

const CUSTOM = 'a serializer of the application, { name: "ubjson", url: "/ubjson.js" }';
const serializerChoice: Rule<SerializerChoice> = {
  expected: `${ownSerializer.expected}, or ${CUSTOM}, with another name of lower-case letters, digits, _ and -`,
  accepts: (value): value is SerializerChoice => ownSerializer.accepts(value) || isCustomChoice(value),
};

const attempts: Rule<number> = {
  expected: `${positiveInteger.expected}, or Infinity`,
  accepts: (value): value is number => value === Infinity || positiveInteger.accepts(value),
};

const retry = {
  initialDelay: positiveMilliseconds,
  maxDelay: positiveMilliseconds,
  maxAttempts: attempts,
} as const satisfies RulesOf<RetryConfig>;

const limits = {
  maxRequests: positiveInteger,
  maxQueuedBytes: positiveInteger,
} as const satisfies RulesOf<TabLimits>;

const query: Rule<Given> = {
  expected: `${text.expected}, or a function that returns one`,
  isSecret: true,
  accepts: (value): value is Given => value === "ask" || (isRecord(value) && isText(value["literal"])),
};

const ownSecret: Rule<GivenCredential> = {
  ...query,
  expected: "a string that is not empty and that every serializer can write, or a function that returns one",
  accepts: (value): value is GivenCredential =>
    value === "none" || (query.accepts(value) && (value === "ask" || value.literal !== "")),
};

/** The seed of an Ed25519 key: 32 bytes. */
const SEED = /^\s*(?:[\da-f]{64}|[a-z\d+/]{43}=)\s*$/i;
const keySecret: Rule<GivenCredential> = {
  ...query,
  expected: "the 32 bytes of a seed, as 64 hexadecimal digits or in Base64, or a function that returns them",
  accepts: (value): value is GivenCredential =>
    value === "none" || (query.accepts(value) && (value === "ask" || SEED.test(value.literal))),
};

const sign: Rule<"ask" | "none"> = {
  expected: "a function that returns the signature",
  isSecret: true,
  accepts: (value): value is "ask" | "none" => value === "ask" || value === "none",
};

const isFatal: Rule<"ask"> = {
  expected: "a function that returns true, false or undefined",
  isSecret: true,
  accepts: (value): value is "ask" => value === "ask",
};

/** The rule of a name that applications may confuse with the secret. */
const someName: Rule<string> = {
  expected: "a string that is not empty and that every serializer can write",
  isSecret: true,
  accepts: (value): value is string => value !== "" && isText(value),
};

/** The rule for a dictionary that is sent to the router. */
const dictionary: Rule<Dict> = {
  expected: "a plain object whose members every serializer can write",
  isSecret: true,
  accepts: (value): value is Dict => isRecord(value) && isPlainData(value),
};

const knownMethod = oneOf(...authMethodNames);
const openFields = {
  method: secret({
    ...knownMethod,
    expected: `${knownMethod.expected}, or another name with a function sign`,
  }),
  authid: optional(someName),
  authrole: optional(someName),
  authextra: optional(dictionary),
};
const secretFields = { ...openFields, authid: someName, secret: ownSecret };
const craFields = { ...secretFields, unsaltedKey: optional(oneOf("base64")) };
/** A key alone may identify its owner. */
const keyFields = { ...openFields, secret: keySecret };
const signFields = { ...openFields, method: someName, sign };

const auth = recordOf<AuthConfig>({
  // A mistake in the method is told before one in the fields that it has.
  rules: ({ method, sign }) => {
    if (sign !== undefined) return signFields;
    if (method === "anonymous" || method === "cookie") return openFields;
    if (method === "wampcra") return craFields;
    return method === "cryptosign" ? keyFields : secretFields;
  },
  mistaken: () => ({ ticket: "secret", password: "secret" }),
});
const methods = nonEmpty("an array of authentication methods", auth);

/** Returns the rule of one authentication method, or of several. */
export function authRule(value: unknown): Rule {
  return Array.isArray(value) ? methods : auth;
}

/** The members of HELLO.Details that the package makes. */
const OWN_DETAILS = ["roles", "agent", "authmethods", "authid", "authrole", "authextra"];
const hello: Rule<Dict> = {
  ...dictionary,
  expected: `${dictionary.expected}, without ${OWN_DETAILS.join(", ")}`,
  accepts: (value): value is Dict =>
    dictionary.accepts(value) && !OWN_DETAILS.some((name) => Object.hasOwn(value, name)),
};

type ConnectRules = RulesOf<ConnectConfig>;

/**
 * The rules of the options of `connect`, by which the hub judges those that a page sends, which may come from any script of the origin. A
 * session whose options pass can be encoded in HELLO, so a hello never fails later than at the gate.
 */
export const sessionRules = {
  url: secret(nonEmpty("an array of router URLs", secret({ expected: ROUTER_URL, accepts: isRouterUrl }))),
  query: optional(query),
  isFatal: optional(isFatal),
  allowInsecureRouter: flag,
  // The hub checks it as a URI, by the rules that the tab requests.
  realm: name,
  auth,
  hello: optional(hello),
  principal: secret(name),
  serializers: nonEmpty<SerializerChoice>("an array of serializers", serializerChoice),
  workerUrl: optional(name),
  attachTimeout: positiveMilliseconds,
  connectTimeout: positiveMilliseconds,
  answerTimeout: milliseconds,
  requestTimeout: positiveMilliseconds,
  callTimeout: milliseconds,
  offline: offlinePolicy,
  linger: milliseconds,
  hiddenPace: milliseconds,
  probeAfter: milliseconds,
  retry: exactly<RetryConfig>(retry),
  limits: exactly<TabLimits>(limits),
  outbox: exactly<OutboxConfig>(outboxRules),
  maxMessageSize: positiveInteger,
  uriRules: oneOf("loose", "strict"),
} as const satisfies ConnectRules;

/** The rule of all options of `connect` together. */
export const connectRule: Rule<ConnectConfig> = recordOf<ConnectConfig>({
  rules: ({ auth }) => (Array.isArray(auth) ? { ...sessionRules, auth: methods } : sessionRules),
  mistaken: nestedNames,
});

/** Returns the names of options within options, for those who look for them at the top. */
function nestedNames(): Record<string, string> {
  const nested: Record<string, string> = {};
  for (const [group, fields] of Object.entries({
    auth: { ...secretFields, sign },
    retry,
    limits,
    outbox: outboxRules,
  }))
    for (const field in fields) nested[field] = `options.${group}.${field}`;
  return { ...nested, ticket: "options.auth.secret", password: "options.auth.secret" };
}

function nonEmpty<Element>(expected: string, element: Rule<Element>): Rule<readonly Element[]> {
  const list = listOf(expected, element);
  return {
    ...list,
    expected: `${expected}, at least one`,
    accepts: (value): value is readonly Element[] => list.accepts(value) && value.length > 0,
  };
}
