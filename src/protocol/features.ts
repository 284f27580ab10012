import type { Dict } from "./dict.js";

/** The features that the router announced in WELCOME; all others are `false`. */
export interface RouterFeatures {
  // Dealer
  readonly callCanceling: boolean;
  readonly callTimeout: boolean;
  readonly callerIdentification: boolean;
  readonly patternBasedRegistration: boolean;
  readonly progressiveCallResults: boolean;
  readonly registrationRevocation: boolean;
  readonly sharedRegistration: boolean;
  // Broker
  readonly eventRetention: boolean;
  readonly patternBasedSubscription: boolean;
  readonly publisherExclusion: boolean;
  readonly publisherIdentification: boolean;
  readonly subscriberBlackwhiteListing: boolean;
  readonly subscriptionRevocation: boolean;
}

/** Reads `WELCOME.Details.roles.<role>.features`. Tolerates any shape, because nothing there is mandatory. */
export function routerFeatures(welcomeDetails: Dict): RouterFeatures {
  const announced = (role: "broker" | "dealer", feature: string): boolean => {
    const features = member(member(member(welcomeDetails, "roles"), role), "features");
    return member(features, feature) === true;
  };
  return {
    callCanceling: announced("dealer", "call_canceling"),
    callTimeout: announced("dealer", "call_timeout"),
    callerIdentification: announced("dealer", "caller_identification"),
    patternBasedRegistration: announced("dealer", "pattern_based_registration"),
    progressiveCallResults: announced("dealer", "progressive_call_results"),
    registrationRevocation: announced("dealer", "registration_revocation"),
    sharedRegistration: announced("dealer", "shared_registration"),
    eventRetention: announced("broker", "event_retention"),
    patternBasedSubscription: announced("broker", "pattern_based_subscription"),
    publisherExclusion: announced("broker", "publisher_exclusion"),
    publisherIdentification: announced("broker", "publisher_identification"),
    subscriberBlackwhiteListing: announced("broker", "subscriber_blackwhite_listing"),
    subscriptionRevocation: announced("broker", "subscription_revocation"),
  };
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Dict)[key];
}
