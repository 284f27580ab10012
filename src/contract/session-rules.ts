import { publicUrl, isRouterUrl, ROUTER_URL } from "./router-url.js";
import {
  either,
  flag,
  listOf,
  milliseconds,
  name,
  oneOf,
  positiveInteger,
  positiveMilliseconds,
  recordOf,
  text,
} from "./rules.js";
import type { Rule } from "./rules.js";
import type { AccessConfig, AuthConfig, RetryConfig, SessionConfig, TabLimits } from "./session-config.js";
import type { SerializerName } from "../protocol/payload.js";

type RulesOf<Fields> = { readonly [Name in keyof Fields]-?: Rule<Exclude<Fields[Name], undefined>> };

export const serializerName = oneOf("json", "msgpack");
export const authMethod = oneOf("anonymous", "ticket");

const attempts: Rule<number> = {
  expected: `${positiveInteger.expected}, or Infinity`,
  accepts: (value): value is number => value === Infinity || positiveInteger.accepts(value),
};

export const retryRules = {
  initialDelay: positiveMilliseconds,
  maxDelay: positiveMilliseconds,
  maxAttempts: attempts,
} as const satisfies RulesOf<RetryConfig>;

export const limitRules = {
  maxRequests: positiveInteger,
  maxQueuedBytes: positiveInteger,
} as const satisfies RulesOf<TabLimits>;

const routerUrl: Rule<string> = { expected: ROUTER_URL, accepts: isRouterUrl };

const shownUrl: Rule<string> = {
  expected: `${ROUTER_URL}, user, password and query`,
  accepts: (value): value is string => isRouterUrl(value) && publicUrl(value) === value,
};

const secret: Rule<string> = {
  expected: `${text.expected}, and that is not empty`,
  accepts: (value): value is string => value !== "" && text.accepts(value),
};

const anonymous = recordOf<Extract<AuthConfig, { readonly method: "anonymous" }>>(
  "an anonymous login",
  { method: oneOf("anonymous"), authid: text },
  ["authid"],
);

const ticket = recordOf<Extract<AuthConfig, { readonly method: "ticket" }>>("a login by ticket", {
  method: oneOf("ticket"),
  authid: text,
  secret: either(oneOf("ask"), recordOf<{ readonly literal: string }>("a literal", { literal: secret })),
});

/**
 * The rules of a session's options: the one table behind the client's checks of `connect` and the hub's of a hello, which may come from
 * any script of the origin. A value that passes can be encoded in HELLO, so a hello never fails later than at the gate.
 */
export const sessionRules = {
  urls: nonEmpty("an array of router URLs", shownUrl),
  // The hub checks it as a URI, by the rules that the tab requests.
  realm: { expected: "a string", accepts: (value): value is string => typeof value === "string" },
  principal: name,
  auth: either(anonymous, ticket),
  access: recordOf<AccessConfig>(
    "complete URLs",
    { urls: nonEmpty("an array of router URLs", routerUrl), query: oneOf("ask") },
    ["query"],
  ),
  allowInsecureRouter: flag,
  serializers: nonEmpty<SerializerName>("an array of serializers", serializerName),
  uriRules: oneOf("loose", "strict"),
  linger: milliseconds,
  hiddenPace: milliseconds,
  maxMessageSize: positiveInteger,
  connectTimeout: positiveMilliseconds,
  requestTimeout: positiveMilliseconds,
  retry: recordOf<RetryConfig>("delays and a number of attempts", retryRules),
  limits: recordOf<TabLimits>("two limits", limitRules),
} as const satisfies RulesOf<SessionConfig>;

function nonEmpty<Element>(expected: string, element: Rule<Element>): Rule<readonly Element[]> {
  const list = listOf(expected, element);
  return {
    expected: `${expected}, at least one`,
    accepts: (value): value is readonly Element[] => list.accepts(value) && value.length > 0,
  };
}
