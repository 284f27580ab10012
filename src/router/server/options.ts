import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";
import { checkUri } from "../../protocol/uri.js";
import { featureNames, withSwitches } from "../core/features.js";
import type { FeatureName, Features } from "../core/features.js";
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
   * TCP port; 0 takes a free one.
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
   * Serializers that the router speaks; if a client offers several of them, its first one is used.
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
   * @default logs nothing
   */
  readonly log?: (line: string) => void;
}

/** The options after validation, completed with defaults. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly realms: readonly string[];
  readonly anonymous: boolean;
  readonly tickets: ReadonlyMap<string, string>;
  readonly serializers: readonly SerializerName[];
  readonly features: Features;
  readonly log: (line: string) => void;
}

const serializerNames = ["json", "msgpack"] as const satisfies readonly SerializerName[];
const optionNames = ["port", "host", "path", "realms", "auth", "serializers", "features", "log"];
const authNames = ["anonymous", "tickets"];

/** Throws a `TypeError` that names the option, what was expected and what came. */
export function parseSettings(options: RouterOptions): Settings {
  const given = record("options", options, optionNames);
  return {
    port: portOf(given["port"] ?? 0),
    host: textOf("host", given["host"] ?? "127.0.0.1"),
    path: pathOf(given["path"] ?? "/"),
    realms: realmsOf(given["realms"] ?? ["realm1"]),
    ...authOf(given["auth"] ?? {}),
    serializers: serializersOf(given["serializers"] ?? serializerNames),
    features: featuresOf(given["features"] ?? {}),
    log: logOf(options.log ?? (() => undefined)),
  };
}

function portOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw wrong("port", "an integer from 0 to 65535", value);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw wrong(name, "a non-empty string", value);
}

function pathOf(value: unknown): string {
  if (typeof value === "string" && /^\/[^\s?#]*$/.test(value)) return value;
  throw wrong("path", 'a path that begins with "/"', value);
}

function realmsOf(value: unknown): readonly string[] {
  const realms = listOf("realms", value, (item): item is string => typeof item === "string", "realm URIs");
  for (const realm of realms) {
    const broken = checkUri(realm, "realm", "loose");
    if (broken !== undefined) throw wrong("realms", `realm URIs (${broken})`, realm);
  }
  return realms;
}

function authOf(value: unknown): { anonymous: boolean; tickets: ReadonlyMap<string, string> } {
  const given = record("auth", value, authNames);
  const tickets = new Map<string, string>();
  for (const [authid, ticket] of Object.entries(record("auth.tickets", given["tickets"] ?? {}))) {
    tickets.set(authid, textOf(`auth.tickets.${authid}`, ticket));
  }
  const anonymous = switchOf("auth.anonymous", given["anonymous"] ?? true);
  if (!anonymous && tickets.size === 0) {
    throw new TypeError("startRouter: auth admits nobody: anonymous is false and there are no tickets");
  }
  return { anonymous, tickets };
}

function serializersOf(value: unknown): readonly SerializerName[] {
  const known = (item: unknown): item is SerializerName => serializerNames.some((name) => name === item);
  return listOf("serializers", value, known, serializerNames.map(show).join(" or "));
}

function featuresOf(value: unknown): Features {
  const switches: Partial<Record<FeatureName, boolean>> = {};
  const given = record("features", value, featureNames);
  for (const name of featureNames) {
    const on = given[name];
    if (on !== undefined) switches[name] = switchOf(`features.${name}`, on);
  }
  return withSwitches(switches);
}

function logOf(log: Settings["log"]): Settings["log"] {
  if (typeof log === "function") return log;
  throw wrong("log", "a function", log);
}

function switchOf(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(name, "a boolean", value);
}

function listOf<Item>(
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

function record(name: string, value: unknown, allowed?: readonly string[]): Dict {
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
