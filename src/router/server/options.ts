import { coreOptionNames, parseCoreOptions } from "../core/core-options.js";
import type { CoreOptions, RouterSettings } from "../core/core-options.js";
import { OptionChecks } from "../core/option-checks.js";

/** Options of {@link startRouter}. */
export interface RouterOptions extends CoreOptions {
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
   * Sets a cookie in each handshake of a browser that has none. A browser that has logged in with another method is admitted by its cookie
   * afterwards, as long as the router runs, if HELLO offers the method `cookie`.
   * @default false
   */
  readonly cookies?: boolean;
}

/** The options after validation, completed with defaults. */
export interface Settings extends RouterSettings {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly cookies: boolean;
}

const checks = new OptionChecks("startRouter");
const optionNames = ["port", "host", "path", "cookies", ...coreOptionNames];

/** Checks options and fills in the defaults. Throws a `TypeError` that names the option, the expected value and the actual one. */
export function parseSettings(options: RouterOptions): Settings {
  const given = checks.record("options", options, optionNames);
  return {
    port: parsePort(given["port"] ?? 0),
    host: checks.text("host", given["host"] ?? "127.0.0.1"),
    path: parsePath(given["path"] ?? "/"),
    cookies: checks.switch("cookies", given["cookies"] ?? false),
    ...parseCoreOptions(checks, given),
  };
}

function parsePort(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw checks.wrong("port", "an integer from 0 to 65535", value);
}

function parsePath(value: unknown): string {
  if (typeof value === "string" && /^\/[^\s?#]*$/.test(value)) return value;
  throw checks.wrong("path", 'a path that begins with "/"', value);
}
