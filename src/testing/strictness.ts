import type { Dict } from "../protocol/dict.js";
import type { ClientMessage } from "../protocol/messages.js";

// Every rule is written down here a second time, from the checks of Autobahn|Python's parser and not from the package's own code, so that
// a mistake in the one is not repeated in the other.

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

/** The whitespace of Python's regular expressions. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const PART = `[^${SPACE}.#]`;
const EXACT = new RegExp(`^(${PART}+\\.)*${PART}+$`, "u");
const LAST_EMPTY = new RegExp(`^(${PART}+\\.)*${PART}*$`, "u");
const ANY_EMPTY = new RegExp(`^(${PART}*\\.)*${PART}*$`, "u");

const isId: Check = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 2 ** 53;
const isInteger: Check = (value) => Number.isInteger(value);
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 1;
const isNaturalNumber: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isFlag: Check = (value) => typeof value === "boolean";
/** Text that begins with U+0000 is binary data in JSON; an unpaired surrogate has no UTF-8. */
const isString: Check = (value) =>
  typeof value === "string" && !value.startsWith("\0") && !/\p{Cs}/u.test(value);
const isDict = (value: unknown): value is Dict => Object.prototype.toString.call(value) === "[object Object]";
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && Array.from<unknown>(value).every(item);
const uri =
  (form: RegExp): Check =>
  (value) =>
    isString(value) && form.test(String(value));

const isOrigin: Check = (value) =>
  isDict(value) &&
  isInteger(value["session"]) &&
  (value["authid"] === null || isString(value["authid"])) &&
  isString(value["authrole"]);

const forwarded: Fields = { forward_for: listOf(isOrigin) };
const callee: Fields = { callee: isInteger, callee_authid: isString, callee_authrole: isString };

/** The options and details that the parser checks; it ignores all others. A key that is present must not be null. */
const FIELDS = {
  HELLO: {
    authmethods: listOf(isString),
    authid: isString,
    authrole: isString,
    authextra: isDict,
    resumable: isFlag,
    "resume-session": isInteger,
    "resume-token": isString,
  },
  AUTHENTICATE: {},
  ABORT: { message: isString },
  GOODBYE: { message: isString, resumable: isFlag },
  PUBLISH: {
    acknowledge: isFlag,
    exclude_me: isFlag,
    retain: isFlag,
    exclude: listOf(isId),
    eligible: listOf(isId),
    exclude_authid: listOf(isString),
    exclude_authrole: listOf(isString),
    eligible_authid: listOf(isString),
    eligible_authrole: listOf(isString),
    transaction_hash: isString,
    ...forwarded,
  },
  SUBSCRIBE: { match: oneOf("exact", "prefix", "wildcard"), get_retained: isFlag, ...forwarded },
  UNSUBSCRIBE: {},
  CALL: {
    timeout: isNaturalNumber,
    receive_progress: isFlag,
    transaction_hash: isString,
    caller: isInteger,
    caller_authid: isString,
    caller_authrole: isString,
    ...forwarded,
  },
  CANCEL: { mode: oneOf("skip", "killnowait", "kill"), ...forwarded },
  REGISTER: {
    match: oneOf("exact", "prefix", "wildcard"),
    invoke: oneOf("single", "first", "last", "roundrobin", "random"),
    concurrency: isCount,
    force_reregister: oneOf(true, false, null, 0, 1),
    ...forwarded,
  },
  UNREGISTER: {},
  YIELD: { progress: isFlag, ...callee, ...forwarded },
  ERROR: { ...callee, ...forwarded },
} satisfies Readonly<Record<ClientMessage["type"], Fields>>;

/** Returns the reason why Crossbar.io would close the socket, or lose the message, although the development router does not. */
export function violation(message: ClientMessage): string | undefined {
  const wrong = problem(message);
  return wrong === undefined ? undefined : `${message.type}: ${wrong}`;
}

function problem(message: ClientMessage): string | undefined {
  const { type } = message;
  switch (message.type) {
    case "HELLO":
      return (
        wrongUri(message.realm, EXACT) ?? wrongDict(type, message.details) ?? wrongRoles(message.details)
      );
    case "AUTHENTICATE":
      return isString(message.signature) ? wrongDict(type, message.extra) : "the signature";
    case "ABORT":
    case "GOODBYE":
      return wrongUri(message.reason, EXACT) ?? wrongDict(type, message.details);
    case "PUBLISH":
      return wrongRequest(message) ?? wrongUri(message.topic, EXACT);
    case "CALL":
      return wrongRequest(message) ?? wrongUri(message.procedure, EXACT);
    case "SUBSCRIBE":
      return wrongRequest(message) ?? wrongUri(message.topic, formFor(message.options));
    case "REGISTER":
      return wrongRequest(message) ?? wrongUri(message.procedure, formFor(message.options));
    case "CANCEL":
    case "YIELD":
      return wrongRequest(message);
    case "ERROR":
      // Only an invocation is answered by a client.
      if (message.requestType !== "INVOCATION") return `an ERROR for ${message.requestType}`;
      return wrongRequest({ ...message, options: message.details }) ?? wrongUri(message.error, EXACT);
    case "UNSUBSCRIBE":
      return isId(message.request) && isId(message.subscription) ? undefined : "the ids";
    case "UNREGISTER":
      return isId(message.request) && isId(message.registration) ? undefined : "the ids";
  }
}

function wrongRequest({
  type,
  request,
  options,
}: {
  readonly type: keyof typeof FIELDS;
  readonly request: number;
  readonly options: Dict;
}): string | undefined {
  return isId(request) ? wrongDict(type, options) : `the request id ${request}`;
}

function formFor({ match }: Dict): RegExp {
  return match === "prefix" ? LAST_EMPTY : match === "wildcard" ? ANY_EMPTY : EXACT;
}

function wrongUri(value: unknown, form: RegExp): string | undefined {
  return uri(form)(value) ? undefined : `URI ${JSON.stringify(value)}`;
}

function wrongDict(type: keyof typeof FIELDS, dict: unknown): string | undefined {
  if (!isDict(dict)) return "no dictionary";
  const fields: Fields = FIELDS[type];
  for (const [name, value] of Object.entries(dict)) {
    if (value !== undefined && Object.hasOwn(fields, name) && fields[name]?.(value) === false)
      return `${name} is ${print(value)}`;
    if (!canTravel(name) || !canTravel(value)) return `${print(name)} cannot be passed on`;
  }
  return undefined;
}

const ROLES = ["subscriber", "publisher", "caller", "callee"];

function wrongRoles({ roles, ...details }: Dict): string | undefined {
  if (!isDict(roles) || Object.keys(roles).length === 0) return "no roles";
  for (const [name, role] of Object.entries(roles)) {
    if (!ROLES.includes(name) || !isDict(role)) return `role ${name}`;
    const { features = {} } = role;
    if (!isDict(features)) return `features of ${name}`;
    for (const [feature, value] of Object.entries(features))
      if (feature === "self" || !oneOf(true, false, null)(value)) return `feature ${feature} of ${name}`;
  }
  const hasToken = "resume-token" in details;
  return "resume-session" in details && !hasToken ? "resume-session without resume-token" : undefined;
}

/** Nesting that the parser surely accepts. */
const DEEPEST = 450;

/** Tells whether the router can read a value and write it again, in any serializer. */
function canTravel(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return isString(value);
  if (Array.isArray(value)) return depth < DEEPEST && value.every((item) => canTravel(item, depth + 1));
  if (!isDict(value)) return true;
  return (
    depth < DEEPEST &&
    Object.entries(value).every(([key, member]) => isString(key) && canTravel(member, depth + 1))
  );
}

function print(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? typeof value);
}
