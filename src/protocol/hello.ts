import type { Dict } from "./dict.js";

/**
 * The roles in HELLO, with exactly the features that the hub implements (WAMP, "Feature Announcement").
 * Event retention is not one of them, because only brokers announce it.
 */
const ROLES: Dict = {
  caller: announcing("call_canceling", "call_timeout", "caller_identification", "progressive_call_results"),
  callee: announcing(
    "call_canceling",
    "caller_identification",
    "pattern_based_registration",
    "progressive_call_results",
    "registration_revocation",
    "shared_registration",
  ),
  publisher: announcing("publisher_exclusion", "publisher_identification", "subscriber_blackwhite_listing"),
  subscriber: announcing("pattern_based_subscription", "publisher_identification", "subscription_revocation"),
};

function announcing(...features: readonly string[]): Dict {
  return { features: Object.fromEntries(features.map((name) => [name, true])) };
}

export interface HelloOptions {
  /** Name and version of the software. */
  readonly agent: string;
  /** Claims and offers of the client, and details of the application. */
  readonly [name: string]: unknown;
}

/** Returns `HELLO.Details` (WAMP, "HELLO"). */
export function helloDetails(options: HelloOptions): Dict {
  return { roles: ROLES, ...options };
}
