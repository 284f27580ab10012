import type { Dict } from "./dict.js";

/**
 * The roles in HELLO, with exactly the features that the hub implements (WAMP, "Feature Announcement").
 * Event retention is not one of them, because only brokers announce it.
 */
const ROLES: Dict = {
  caller: {
    features: {
      call_canceling: true,
      call_timeout: true,
      caller_identification: true,
      progressive_call_results: true,
    },
  },
  callee: {
    features: {
      call_canceling: true,
      caller_identification: true,
      pattern_based_registration: true,
      progressive_call_results: true,
      registration_revocation: true,
      shared_registration: true,
    },
  },
  publisher: {
    features: {
      publisher_exclusion: true,
      publisher_identification: true,
      subscriber_blackwhite_listing: true,
    },
  },
  subscriber: {
    features: {
      pattern_based_subscription: true,
      publisher_identification: true,
      subscription_revocation: true,
    },
  },
};

export interface HelloOptions {
  /** Name and version of the software. */
  readonly agent: string;
  /** Authentication methods in order of preference. */
  readonly authmethods?: readonly string[];
  /** The identity that the client claims. */
  readonly authid?: string;
  /** Parameters of the authentication method. */
  readonly authextra?: Dict;
}

/** Returns `HELLO.Details` (WAMP, "HELLO"). */
export function helloDetails(options: HelloOptions): Dict {
  return { roles: ROLES, ...options };
}
