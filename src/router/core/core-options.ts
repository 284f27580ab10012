import type { Dict } from "../../protocol/dict.js";
import { createCodecs } from "../../codec/codecs.js";
import { customSerializer } from "../../codec/custom.js";
import { serializers as ownSerializers } from "../../codec/serializers.js";
import { isCustomName, isOwnSerializer, serializerNames } from "../../protocol/payload.js";
import type { OwnSerializerName, SerializerName } from "../../protocol/payload.js";
import type { NamedSerializer } from "../../protocol/serializer-module.js";
import { checkUri } from "../../protocol/uri.js";
import { parseAuth } from "./auth-options.js";
import type { RouterAuth } from "./auth-options.js";
import { featureNames, withSwitches } from "./features.js";
import type { FeatureName, Features } from "./features.js";
import type { OptionChecks } from "./option-checks.js";
import { parseHistory } from "./history-options.js";
import type { CoreSettings } from "./settings.js";
import { isDict, show } from "./values.js";

/** The event history of a router. */
export interface EventHistoryOptions {
  /** The topics and patterns that have a history: that of the subscriptions with the same topic and match policy. */
  readonly topics: readonly {
    /** The topic, or the pattern. */
    readonly uri: string;
    /**
     * The policy by which `uri` is matched.
     * @default "exact"
     */
    readonly match?: "exact" | "prefix" | "wildcard";
    /**
     * Number of publications kept; the oldest are dropped.
     * @default 1000
     */
    readonly limit?: number;
  }[];
  /**
   * The form of the answers: one list with the newest event first, as Crossbar.io gives it, or an argument for each event, the oldest
   * first, as Nexus does.
   * @default "crossbar"
   */
  readonly form?: "crossbar" | "nexus";
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
   * Serializers that the router supports: those of the package by their names, and others as objects with functions. If a client offers
   * several of them, the first one that it offers is used.
   * @default ["json", "msgpack", "cbor"]
   */
  readonly serializers?: readonly (OwnSerializerName | NamedSerializer)[];
  /**
   * Features to switch off (WAMP, "Feature Announcement"); a feature that is off is not announced.
   * @default all on
   */
  readonly features?: Partial<Readonly<Record<FeatureName, boolean>>>;
  /**
   * Event history (WAMP, "Event History"), which `wamp.subscription.get_events` returns. A router keeps it in memory, also while a topic has
   * no subscribers.
   * @default no topic has a history
   */
  readonly eventHistory?: EventHistoryOptions;
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

/** Names of the {@link CoreOptions}. */
export const coreOptionNames = ["realms", "auth", "serializers", "features", "eventHistory", "log"];

/** Checks options, of which others than those of the core are ignored, and fills in the defaults. Throws a `TypeError`. */
export function parseCoreOptions(checks: OptionChecks, given: Dict): RouterSettings {
  return {
    realms: parseRealms(checks, given["realms"] ?? ["realm1"]),
    ...parseAuth(checks, given["auth"] ?? {}),
    ...parseSerializers(checks, given["serializers"] ?? serializerNames),
    features: parseFeatures(checks, given["features"] ?? {}),
    eventHistory: parseHistory(checks, given["eventHistory"] ?? {}),
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

function parseSerializers(
  checks: OptionChecks,
  value: unknown,
): Pick<RouterSettings, "serializers" | "codecs"> {
  const known = (item: unknown): item is OwnSerializerName | NamedSerializer =>
    isOwnSerializer(item) || (isDict(item) && isCustomName(item["name"]));
  const expected = `${serializerNames.map(show).join(" or ")}, or an object { name, encode, decode } with another name`;
  const choices = checks.list("serializers", value, known, expected);
  const custom = choices.filter((choice) => typeof choice !== "string");
  try {
    return {
      serializers: choices.map((choice) => (typeof choice === "string" ? choice : choice.name)),
      codecs: createCodecs([...ownSerializers, ...custom.map((each) => customSerializer(each.name, each))]),
    };
  } catch (cause) {
    throw checks.error(`serializers: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
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
