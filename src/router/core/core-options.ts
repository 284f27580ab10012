import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";
import { checkUri } from "../../protocol/uri.js";
import { featureNames, withSwitches } from "./features.js";
import type { FeatureName, Features } from "./features.js";
import type { OptionChecks } from "./option-checks.js";
import type { CoreSettings } from "./settings.js";
import { show } from "./values.js";

/** Credentials that the router accepts. */
export interface RouterAuth {
  /**
   * Admits sessions without credentials.
   * @default true
   */
  readonly anonymous?: boolean;
  /** Tickets by authid (WAMP, "Ticket-based Authentication"). */
  readonly tickets?: Readonly<Record<string, string>>;
}

/** The options of a router that do not depend on the way to it. */
export interface CoreOptions {
  /**
   * Realms that a session can join; a HELLO for any other is refused with `wamp.error.no_such_realm`.
   * @default ["realm1"]
   */
  readonly realms?: readonly string[];
  /**
   * Credentials that the router accepts.
   * @default { anonymous: true }
   */
  readonly auth?: RouterAuth;
  /**
   * Serializers that the router supports; if a client offers several of them, the first one that it offers is used.
   * @default ["json", "msgpack"]
   */
  readonly serializers?: readonly SerializerName[];
  /**
   * Features to switch off (WAMP, "Feature Announcement"); a feature that is off is not announced.
   * @default all on
   */
  readonly features?: Partial<Readonly<Record<FeatureName, boolean>>>;
  /**
   * Called with one line for each notable event, such as a session that was aborted.
   * @default no logging
   */
  readonly log?: (line: string) => void;
}

/** The settings of the core, and the serializers of its transports. */
export interface RouterSettings extends CoreSettings {
  readonly serializers: readonly SerializerName[];
}

const serializerNames = ["json", "msgpack"] as const satisfies readonly SerializerName[];
const authNames = ["anonymous", "tickets"];

/** Names of the {@link CoreOptions}. */
export const coreOptionNames = ["realms", "auth", "serializers", "features", "log"];

/** Checks options, of which others than those of the core are ignored, and fills in the defaults. Throws a `TypeError`. */
export function parseCoreOptions(checks: OptionChecks, given: Dict): RouterSettings {
  return {
    realms: parseRealms(checks, given["realms"] ?? ["realm1"]),
    ...parseAuth(checks, given["auth"] ?? {}),
    serializers: parseSerializers(checks, given["serializers"] ?? serializerNames),
    features: parseFeatures(checks, given["features"] ?? {}),
    log: parseLog(checks, given["log"] ?? (() => undefined)),
  };
}

function parseRealms(checks: OptionChecks, value: unknown): readonly string[] {
  const isText = (item: unknown): item is string => typeof item === "string";
  const realms = checks.list("realms", value, isText, "realm URIs");
  for (const realm of realms) {
    const broken = checkUri(realm, "realm", "loose");
    if (broken !== undefined) throw checks.wrong("realms", `realm URIs (${broken})`, realm);
  }
  return realms;
}

function parseAuth(
  checks: OptionChecks,
  value: unknown,
): { anonymous: boolean; tickets: ReadonlyMap<string, string> } {
  const given = checks.record("auth", value, authNames);
  const tickets = new Map<string, string>();
  for (const [authid, ticket] of Object.entries(checks.record("auth.tickets", given["tickets"] ?? {}))) {
    tickets.set(authid, checks.text(`auth.tickets.${authid}`, ticket));
  }
  const anonymous = checks.switch("auth.anonymous", given["anonymous"] ?? true);
  if (!anonymous && tickets.size === 0)
    throw checks.error("auth admits no session: anonymous is false and there are no tickets");
  return { anonymous, tickets };
}

function parseSerializers(checks: OptionChecks, value: unknown): readonly SerializerName[] {
  const known = (item: unknown): item is SerializerName => serializerNames.some((name) => name === item);
  return checks.list("serializers", value, known, serializerNames.map(show).join(" or "));
}

function parseFeatures(checks: OptionChecks, value: unknown): Features {
  const switches: Partial<Record<FeatureName, boolean>> = {};
  const given = checks.record("features", value, featureNames);
  for (const name of featureNames) {
    const on = given[name];
    if (on !== undefined) switches[name] = checks.switch(`features.${name}`, on);
  }
  return withSwitches(switches);
}

function parseLog(checks: OptionChecks, log: unknown): CoreSettings["log"] {
  if (isLog(log)) return log;
  throw checks.wrong("log", "a function", log);
}

function isLog(value: unknown): value is CoreSettings["log"] {
  return typeof value === "function";
}
