import type { Dict } from "./dict.js";

/** The features of routers that the hub uses, with the role that announces each one and its name in the specification. */
const FEATURES = {
  callCanceling: ["dealer", "call_canceling"],
  callTimeout: ["dealer", "call_timeout"],
  callerIdentification: ["dealer", "caller_identification"],
  patternBasedRegistration: ["dealer", "pattern_based_registration"],
  progressiveCallResults: ["dealer", "progressive_call_results"],
  registrationRevocation: ["dealer", "registration_revocation"],
  sharedRegistration: ["dealer", "shared_registration"],
  eventRetention: ["broker", "event_retention"],
  patternBasedSubscription: ["broker", "pattern_based_subscription"],
  publisherExclusion: ["broker", "publisher_exclusion"],
  publisherIdentification: ["broker", "publisher_identification"],
  subscriberBlackwhiteListing: ["broker", "subscriber_blackwhite_listing"],
  subscriptionRevocation: ["broker", "subscription_revocation"],
} as const satisfies Readonly<Record<string, readonly [role: RouterRole, name: string]>>;

export type RouterRole = "broker" | "dealer";
export type RouterFeature = keyof typeof FEATURES;

/** The features that the router announced in WELCOME; all others are `false`. */
export type RouterFeatures = Readonly<Record<RouterFeature, boolean>>;

/** Reads `WELCOME.Details.roles.<role>.features`. Tolerates any shape, because nothing there is mandatory. */
export function routerFeatures(welcomeDetails: Dict): RouterFeatures {
  const roles = member(welcomeDetails, "roles");
  const announced = Object.entries(FEATURES).map(([feature, [role, name]]) => {
    return [feature, member(member(member(roles, role), "features"), name) === true];
  });
  return Object.fromEntries(announced) as RouterFeatures;
}

/** Returns the role that announces a feature, and the feature's name in the specification. */
export function announcementOf(feature: RouterFeature): { readonly role: RouterRole; readonly name: string } {
  const [role, name] = FEATURES[feature];
  return { role, name };
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Dict)[key];
}
