import type { Dict } from "../../protocol/dict.js";

const brokerFeatures = [
  "publisher_identification",
  "publisher_exclusion",
  "subscriber_blackwhite_listing",
  "pattern_based_subscription",
  "event_retention",
  "event_history",
  "session_meta_api",
  "payload_passthru_mode",
] as const;

const dealerFeatures = [
  "caller_identification",
  "call_canceling",
  "call_timeout",
  "progressive_call_results",
  "pattern_based_registration",
  "shared_registration",
  "registration_revocation",
  "session_meta_api",
  "payload_passthru_mode",
] as const;

/** Names of the Advanced Profile features that the router implements, as in WELCOME (WAMP, "Feature Announcement"). */
export type FeatureName = (typeof brokerFeatures)[number] | (typeof dealerFeatures)[number];

/** A switch for each feature. */
export type Features = Readonly<Record<FeatureName, boolean>>;

/** Every feature of the router, once. */
export const featureNames: readonly FeatureName[] = [...new Set([...brokerFeatures, ...dealerFeatures])];

/** Turns all features on except those that `switches` turns off. */
export function withSwitches(switches: Partial<Record<FeatureName, boolean>>): Features {
  const on = (name: FeatureName): boolean => switches[name] ?? true;
  return {
    publisher_identification: on("publisher_identification"),
    publisher_exclusion: on("publisher_exclusion"),
    subscriber_blackwhite_listing: on("subscriber_blackwhite_listing"),
    pattern_based_subscription: on("pattern_based_subscription"),
    event_retention: on("event_retention"),
    event_history: on("event_history"),
    session_meta_api: on("session_meta_api"),
    caller_identification: on("caller_identification"),
    call_canceling: on("call_canceling"),
    call_timeout: on("call_timeout"),
    progressive_call_results: on("progressive_call_results"),
    pattern_based_registration: on("pattern_based_registration"),
    shared_registration: on("shared_registration"),
    registration_revocation: on("registration_revocation"),
    payload_passthru_mode: on("payload_passthru_mode"),
  };
}

/** Returns `WELCOME.Details.roles`: exactly the features that are on (WAMP, "Feature Announcement"). */
export function announcedRoles(features: Features): Dict {
  const announced = (names: readonly FeatureName[]): Dict => ({
    features: Object.fromEntries(names.filter((name) => features[name]).map((name) => [name, true])),
  });
  return { broker: announced(brokerFeatures), dealer: announced(dealerFeatures) };
}
