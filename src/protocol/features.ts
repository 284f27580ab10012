import type { Dict } from "./dict.js";

/** The features of routers that the hub uses, by the role that announces them. */
const FEATURES = {
  dealer: [
    "call_canceling",
    "call_timeout",
    "caller_identification",
    "pattern_based_registration",
    "ppt_of_calls",
    "progressive_call_results",
    "shared_registration",
  ],
  broker: [
    "event_retention",
    "ppt_of_events",
    "pattern_based_subscription",
    "publisher_exclusion",
    "publisher_identification",
    "subscriber_blackwhite_listing",
  ],
} as const;

/** The feature that both roles announce, each for itself: its name in WELCOME. */
const NAMES_IN_WELCOME: Partial<Record<RouterFeature, string>> = {
  ppt_of_calls: "payload_passthru_mode",
  ppt_of_events: "payload_passthru_mode",
};

export type RouterRole = keyof typeof FEATURES;
export type RouterFeature = (typeof FEATURES)[RouterRole][number];

/** The features that the router announced in WELCOME; all others are `false`. */
export type RouterFeatures = Readonly<Record<RouterFeature, boolean>>;

/** Reads `WELCOME.Details.roles.<role>.features`. Tolerates any shape, because nothing there is mandatory. */
export function routerFeatures(welcomeDetails: Dict): RouterFeatures {
  const roles = member(welcomeDetails, "roles");
  const announced = Object.entries(FEATURES).flatMap(([role, features]) => {
    const own = member(member(roles, role), "features");
    return features.map((feature) => [feature, member(own, nameInWelcome(feature)) === true]);
  });
  return Object.fromEntries(announced) as RouterFeatures;
}

/** Returns the role that announces a feature, and its name. */
export function announcementOf(feature: RouterFeature): { readonly role: RouterRole; readonly name: string } {
  const dealers: readonly RouterFeature[] = FEATURES.dealer;
  return { role: dealers.includes(feature) ? "dealer" : "broker", name: nameInWelcome(feature) };
}

function nameInWelcome(feature: RouterFeature): string {
  return NAMES_IN_WELCOME[feature] ?? feature;
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Dict)[key];
}
