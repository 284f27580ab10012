import { isText } from "../protocol/text.js";
import { serializerNames } from "../protocol/payload.js";
import type { SerializerName } from "../protocol/payload.js";
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
import type { AuthConfig, ConnectConfig, Given, RetryConfig, TabLimits } from "./session-config.js";

export const serializerName = oneOf(...serializerNames);

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

const ownSecret: Rule<Given> = {
  ...query,
  expected: "a string that is not empty and that every serializer can write, or a function that returns one",
  accepts: (value): value is Given => query.accepts(value) && (value === "ask" || value.literal !== ""),
};

/** The seed of an Ed25519 key: 32 bytes. */
const SEED = /^\s*(?:[\da-f]{64}|[a-z\d+/]{43}=)\s*$/i;
const keySecret: Rule<Given> = {
  ...query,
  expected: "the 32 bytes of a seed, as 64 hexadecimal digits or in Base64, or a function that returns them",
  accepts: (value): value is Given => query.accepts(value) && (value === "ask" || SEED.test(value.literal)),
};

type AuthFields = RulesOf<{
  readonly method: AuthConfig["method"];
  readonly authid?: string | undefined;
  readonly secret: Given;
}>;
const method = secret(oneOf("anonymous", "ticket", "wampcra", "wamp-scram", "scram", "cryptosign"));
/** The rule of a name that applications may confuse with the secret. */
const authid: Rule<string> = {
  expected: "a string that is not empty and that every serializer can write",
  isSecret: true,
  accepts: (value): value is string => value !== "" && isText(value),
};
const secretFields: AuthFields = { method, authid, secret: ownSecret };
/** A key alone may identify its owner. */
const keyFields: AuthFields = { method, authid: optional(authid), secret: keySecret };
const anonymousFields: Omit<AuthFields, "secret"> = { method, authid: optional(authid) };

const auth = recordOf<AuthConfig>({
  // A mistake in the method is told before one in the fields that it has.
  rules: ({ method }) => {
    if (method === "anonymous") return anonymousFields;
    return method === "cryptosign" ? keyFields : secretFields;
  },
  mistaken: () => ({ ticket: "secret", password: "secret" }),
});

/**
 * The rules of the options of `connect`, by which the hub judges those that a page sends, which may come from any script of the origin. A
 * session whose options pass can be encoded in HELLO, so a hello never fails later than at the gate.
 */
export const sessionRules = {
  url: secret(nonEmpty("an array of router URLs", secret({ expected: ROUTER_URL, accepts: isRouterUrl }))),
  query: optional(query),
  allowInsecureRouter: flag,
  // The hub checks it as a URI, by the rules that the tab requests.
  realm: name,
  auth,
  principal: secret(name),
  serializers: nonEmpty<SerializerName>("an array of serializers", serializerName),
  workerUrl: optional(name),
  attachTimeout: positiveMilliseconds,
  connectTimeout: positiveMilliseconds,
  requestTimeout: positiveMilliseconds,
  callTimeout: milliseconds,
  offline: offlinePolicy,
  linger: milliseconds,
  hiddenPace: milliseconds,
  retry: exactly<RetryConfig>(retry),
  limits: exactly<TabLimits>(limits),
  maxMessageSize: positiveInteger,
  uriRules: oneOf("loose", "strict"),
} as const satisfies RulesOf<ConnectConfig>;

/** The rule of all options of `connect` together. */
export const connectRule: Rule<ConnectConfig> = recordOf<ConnectConfig>({
  rules: () => sessionRules,
  mistaken: nestedNames,
});

/** Returns the names of options within options, for those who look for them at the top. */
function nestedNames(): Record<string, string> {
  const nested: Record<string, string> = {};
  for (const [group, fields] of Object.entries({ auth: secretFields, retry, limits }))
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
