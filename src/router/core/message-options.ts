import type { Dict } from "../../protocol/dict.js";
import { ProtocolError } from "../../protocol/errors.js";
import type { MatchPolicy } from "../../protocol/uri.js";
import { isDict, show } from "./values.js";

// Options with a wrong type or value end the session, as with Crossbar.io; unknown options are ignored.

const matchPolicies = ["exact", "prefix", "wildcard"] as const satisfies readonly MatchPolicy[];
const invocationPolicies = ["single", "roundrobin", "random", "first", "last"] as const;
const cancelModes = ["skip", "kill", "killnowait"] as const;

export type InvocationPolicy = (typeof invocationPolicies)[number];
export type CancelMode = (typeof cancelModes)[number];

/** Restriction of a publication to some subscribers (WAMP, "Subscriber Black- and Whitelisting"). */
export interface Audience {
  readonly exclude: ReadonlySet<unknown> | undefined;
  readonly excludeAuthid: ReadonlySet<unknown> | undefined;
  readonly excludeAuthrole: ReadonlySet<unknown> | undefined;
  readonly eligible: ReadonlySet<unknown> | undefined;
  readonly eligibleAuthid: ReadonlySet<unknown> | undefined;
  readonly eligibleAuthrole: ReadonlySet<unknown> | undefined;
}

/** Returns `undefined` for a publication without restriction, which is the usual case. */
export function parseAudience(options: Dict): Audience | undefined {
  const audience = {
    exclude: parseSet(options, "exclude", "number"),
    excludeAuthid: parseSet(options, "exclude_authid", "string"),
    excludeAuthrole: parseSet(options, "exclude_authrole", "string"),
    eligible: parseSet(options, "eligible", "number"),
    eligibleAuthid: parseSet(options, "eligible_authid", "string"),
    eligibleAuthrole: parseSet(options, "eligible_authrole", "string"),
  };
  return Object.values(audience).some((set) => set !== undefined) ? audience : undefined;
}

export function parseMatch(options: Dict): MatchPolicy {
  return parseChoice(options, "match", matchPolicies) ?? "exact";
}

export function parseInvocationPolicy(options: Dict): InvocationPolicy {
  return parseChoice(options, "invoke", invocationPolicies) ?? "single";
}

export function parseCancelMode(options: Dict): CancelMode {
  return parseChoice(options, "mode", cancelModes) ?? "killnowait";
}

/** Returns the number of invocations that a callee accepts at once; without the option there is no limit. */
export function parseConcurrency(options: Dict): number {
  const value = options["concurrency"];
  if (value === undefined) return Infinity;
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw wrong("concurrency", "a positive integer", value);
}

/** Returns milliseconds; 0 means no timeout. */
export function parseTimeout(options: Dict): number {
  const value = options["timeout"] ?? 0;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw wrong("timeout", "a non-negative integer", value);
}

export function parseFlag(options: Dict, name: string, absent = false): boolean {
  const value = options[name] ?? absent;
  if (typeof value === "boolean") return value;
  throw wrong(name, "a boolean", value);
}

/** The roles of clients. */
export type Role = "caller" | "callee" | "publisher" | "subscriber";

/** Tells whether a HELLO announced a feature of a role (WAMP, "Feature Announcement"). */
export function announces(details: Dict, role: Role, feature: string): boolean {
  return dictIn(dictIn(dictIn(details, "roles"), role), "features")[feature] === true;
}

function dictIn(dict: Dict, name: string): Dict {
  const value = dict[name];
  return isDict(value) ? value : {};
}

function parseChoice<Choice extends string>(
  options: Dict,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw wrong(name, choices.map(show).join(", "), value);
  return choice;
}

function parseSet(options: Dict, name: string, type: "number" | "string"): ReadonlySet<unknown> | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.some((item) => typeof item !== type)) {
    throw wrong(name, `a list of ${type}s`, value);
  }
  return new Set(value);
}

function wrong(name: string, expected: string, value: unknown): ProtocolError {
  return new ProtocolError(`option ${name} must be ${expected}, got ${show(value)}`);
}
