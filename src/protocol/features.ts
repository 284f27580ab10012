import type { Dict } from "./dict.js";

/** The features of routers that the hub uses, by the role that announces them. Their names in the specification are in snake case. */
const FEATURES = {
  dealer: [
    "callCanceling",
    "callTimeout",
    "callerIdentification",
    "patternBasedRegistration",
    "progressiveCallResults",
    "sharedRegistration",
  ],
  broker: [
    "eventRetention",
    "patternBasedSubscription",
    "publisherExclusion",
    "publisherIdentification",
    "subscriberBlackwhiteListing",
  ],
} as const;

export type RouterRole = keyof typeof FEATURES;
export type RouterFeature = (typeof FEATURES)[RouterRole][number];

/** The features that the router announced in WELCOME; all others are `false`. */
export type RouterFeatures = Readonly<Record<RouterFeature, boolean>>;

/** Reads `WELCOME.Details.roles.<role>.features`. Tolerates any shape, because nothing there is mandatory. */
export function routerFeatures(welcomeDetails: Dict): RouterFeatures {
  const roles = member(welcomeDetails, "roles");
  const announced = Object.entries(FEATURES).flatMap(([role, features]) => {
    const own = member(member(roles, role), "features");
    return features.map((feature) => [feature, member(own, nameOf(feature)) === true]);
  });
  return Object.fromEntries(announced) as RouterFeatures;
}

/** Returns the role that announces a feature, and the feature's name in the specification. */
export function announcementOf(feature: RouterFeature): { readonly role: RouterRole; readonly name: string } {
  const dealers: readonly RouterFeature[] = FEATURES.dealer;
  return { role: dealers.includes(feature) ? "dealer" : "broker", name: nameOf(feature) };
}

function nameOf(feature: RouterFeature): string {
  return feature.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Dict)[key];
}
