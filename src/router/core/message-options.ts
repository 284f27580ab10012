import type { Dict } from "../../protocol/dict.js";
import { ProtocolError } from "../../protocol/errors.js";
import type { MatchPolicy } from "../../protocol/uri.js";
import { isDict, show } from "./values.js";

// Options of a wrong type or value end the session, as Crossbar.io does; options that nobody knows are ignored.

const matchPolicies = ["exact", "prefix", "wildcard"] as const satisfies readonly MatchPolicy[];
const invocationPolicies = ["single", "roundrobin", "random", "first", "last"] as const;
const cancelModes = ["skip", "kill", "killnowait"] as const;

export type InvocationPolicy = (typeof invocationPolicies)[number];
export type CancelMode = (typeof cancelModes)[number];

/** Who gets an event, of those who subscribed (WAMP, "Subscriber Black- and Whitelisting"). */
export interface Audience {
  readonly exclude: ReadonlySet<unknown> | undefined;
  readonly excludeAuthid: ReadonlySet<unknown> | undefined;
  readonly excludeAuthrole: ReadonlySet<unknown> | undefined;
  readonly eligible: ReadonlySet<unknown> | undefined;
  readonly eligibleAuthid: ReadonlySet<unknown> | undefined;
  readonly eligibleAuthrole: ReadonlySet<unknown> | undefined;
}

/** `undefined` when the publication names nobody, which is the usual case. */
export function audienceOf(options: Dict): Audience | undefined {
  const audience = {
    exclude: setOf(options, "exclude", "number"),
    excludeAuthid: setOf(options, "exclude_authid", "string"),
    excludeAuthrole: setOf(options, "exclude_authrole", "string"),
    eligible: setOf(options, "eligible", "number"),
    eligibleAuthid: setOf(options, "eligible_authid", "string"),
    eligibleAuthrole: setOf(options, "eligible_authrole", "string"),
  };
  return Object.values(audience).some((set) => set !== undefined) ? audience : undefined;
}

export function matchOf(options: Dict): MatchPolicy {
  return oneOf(options, "match", matchPolicies) ?? "exact";
}

export function invokeOf(options: Dict): InvocationPolicy {
  return oneOf(options, "invoke", invocationPolicies) ?? "single";
}

export function cancelModeOf(options: Dict): CancelMode {
  return oneOf(options, "mode", cancelModes) ?? "killnowait";
}

/** How many invocations a callee takes at once. */
export function concurrencyOf(options: Dict): number {
  const value = options["concurrency"];
  if (value === undefined) return Infinity;
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw wrong("concurrency", "a positive integer", value);
}

/** Milliseconds; 0: none. */
export function timeoutOf(options: Dict): number {
  const value = options["timeout"] ?? 0;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw wrong("timeout", "a non-negative integer", value);
}

export function flag(options: Dict, name: string, absent = false): boolean {
  const value = options[name] ?? absent;
  if (typeof value === "boolean") return value;
  throw wrong(name, "a boolean", value);
}

/** Whether a HELLO announced a feature of a role (WAMP, "Feature Announcement"). */
export function announces(details: Dict, role: "caller" | "callee" | "subscriber", feature: string): boolean {
  return dictIn(dictIn(dictIn(details, "roles"), role), "features")[feature] === true;
}

function dictIn(dict: Dict, name: string): Dict {
  const value = dict[name];
  return isDict(value) ? value : {};
}

function oneOf<Choice extends string>(
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

function setOf(options: Dict, name: string, type: "number" | "string"): ReadonlySet<unknown> | undefined {
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
