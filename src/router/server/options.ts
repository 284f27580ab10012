import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";
import { checkUri } from "../../protocol/uri.js";
import { featureNames, withSwitches } from "../core/features.js";
import type { FeatureName, Features } from "../core/features.js";
import type { CoreSettings } from "../core/settings.js";
import { isDict, show } from "../core/values.js";

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

/** Options of {@link startRouter}. */
export interface RouterOptions {
  /**
   * TCP port; 0 picks a free one.
   * @default 0
   */
  readonly port?: number;
  /**
   * Address to listen on.
   * @default "127.0.0.1"
   */
  readonly host?: string;
  /**
   * Path of the WebSocket URL.
   * @default "/"
   */
  readonly path?: string;
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

/** The options after validation, completed with defaults. */
export interface Settings extends CoreSettings {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly serializers: readonly SerializerName[];
}

const serializerNames = ["json", "msgpack"] as const satisfies readonly SerializerName[];
const optionNames = ["port", "host", "path", "realms", "auth", "serializers", "features", "log"];
const authNames = ["anonymous", "tickets"];

/** Checks options and fills in the defaults. Throws a `TypeError` that names the option, the expected value and the actual one. */
export function parseSettings(options: RouterOptions): Settings {
  const given = parseRecord("options", options, optionNames);
  return {
    port: parsePort(given["port"] ?? 0),
    host: parseText("host", given["host"] ?? "127.0.0.1"),
    path: parsePath(given["path"] ?? "/"),
    realms: parseRealms(given["realms"] ?? ["realm1"]),
    ...parseAuth(given["auth"] ?? {}),
    serializers: parseSerializers(given["serializers"] ?? serializerNames),
    features: parseFeatures(given["features"] ?? {}),
    log: parseLog(options.log ?? (() => undefined)),
  };
}

function parsePort(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw wrong("port", "an integer from 0 to 65535", value);
}

function parseText(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw wrong(name, "a non-empty string", value);
}

function parsePath(value: unknown): string {
  if (typeof value === "string" && /^\/[^\s?#]*$/.test(value)) return value;
  throw wrong("path", 'a path that begins with "/"', value);
}

function parseRealms(value: unknown): readonly string[] {
  const realms = parseList("realms", value, (item): item is string => typeof item === "string", "realm URIs");
  for (const realm of realms) {
    const broken = checkUri(realm, "realm", "loose");
    if (broken !== undefined) throw wrong("realms", `realm URIs (${broken})`, realm);
  }
  return realms;
}

function parseAuth(value: unknown): { anonymous: boolean; tickets: ReadonlyMap<string, string> } {
  const given = parseRecord("auth", value, authNames);
  const tickets = new Map<string, string>();
  for (const [authid, ticket] of Object.entries(parseRecord("auth.tickets", given["tickets"] ?? {}))) {
    tickets.set(authid, parseText(`auth.tickets.${authid}`, ticket));
  }
  const anonymous = parseSwitch("auth.anonymous", given["anonymous"] ?? true);
  if (!anonymous && tickets.size === 0) {
    throw new TypeError("startRouter: auth admits no session: anonymous is false and there are no tickets");
  }
  return { anonymous, tickets };
}

function parseSerializers(value: unknown): readonly SerializerName[] {
  const known = (item: unknown): item is SerializerName => serializerNames.some((name) => name === item);
  return parseList("serializers", value, known, serializerNames.map(show).join(" or "));
}

function parseFeatures(value: unknown): Features {
  const switches: Partial<Record<FeatureName, boolean>> = {};
  const given = parseRecord("features", value, featureNames);
  for (const name of featureNames) {
    const on = given[name];
    if (on !== undefined) switches[name] = parseSwitch(`features.${name}`, on);
  }
  return withSwitches(switches);
}

function parseLog(log: Settings["log"]): Settings["log"] {
  if (typeof log === "function") return log;
  throw wrong("log", "a function", log);
}

function parseSwitch(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(name, "a boolean", value);
}

function parseList<Item>(
  name: string,
  value: unknown,
  fits: (item: unknown) => item is Item,
  expected: string,
): readonly Item[] {
  if (!Array.isArray(value) || value.length === 0)
    throw wrong(name, `a non-empty list of ${expected}`, value);
  const items: readonly unknown[] = value;
  return items.map((item) => {
    if (fits(item)) return item;
    throw wrong(name, `a non-empty list of ${expected}`, item);
  });
}

function parseRecord(name: string, value: unknown, allowed?: readonly string[]): Dict {
  if (!isDict(value)) throw wrong(name, "an object", value);
  const unknown = Object.keys(value).find((key) => allowed !== undefined && !allowed.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`startRouter: ${name} has no ${show(unknown)}; it has ${allowed?.join(", ") ?? ""}`);
  }
  return value;
}

function wrong(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`startRouter: ${name} must be ${expected}, got ${show(value)}`);
}
