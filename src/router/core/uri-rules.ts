import { checkUri } from "../../protocol/uri.js";
import type { MatchPolicy } from "../../protocol/uri.js";
import { Refusal } from "./refusal.js";
import { show } from "./values.js";

/** Throws a `Refusal` for a topic or procedure that is not valid under its match policy. */
export function requireUri(uri: string, use: "topic" | "procedure", match: MatchPolicy): void {
  const broken = checkUri(uri, match === "exact" ? use : { pattern: match }, "loose");
  if (broken !== undefined) throw new Refusal("wamp.error.invalid_uri", `${use} ${show(uri)}: ${broken}`);
}

/**
 * Returns the rule that an error URI breaks, in words; `undefined` if it is passed on. Like Crossbar.io, the router passes on control
 * characters, which `checkUri` forbids to clients of this project.
 */
export function brokenErrorUri(uri: string): string | undefined {
  return checkUri(uri.replace(/(?!\s)\p{Cc}/gu, "_"), "error", "loose");
}

/** Returns true for a URI that is reserved for the router because it begins with `wamp.` (WAMP, "URIs"). */
export function isReserved(uri: string): boolean {
  return uri === "wamp" || uri.startsWith("wamp.");
}

/** Throws a `Refusal` for a URI that only the router may use. */
export function requireUnreserved(uri: string, use: "topic" | "procedure"): void {
  if (isReserved(uri)) {
    throw new Refusal("wamp.error.invalid_uri", `${use} ${show(uri)}: "wamp." is reserved for the router`);
  }
}
