import { offlinePolicy } from "../../contract/request-options.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import { plainData } from "../../contract/plain-data.js";
import { flag, milliseconds } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import type { RequestOptions } from "../api/request-options.js";
import { abortSignal, check, dict, isPlainObject, list } from "../errors/checks.js";
import { invalidType } from "../errors/invalid.js";

/** The options common to all requests, completed with the session's defaults. */
export interface CommonOptions {
  /** Deadline in milliseconds; 0 means none. */
  readonly timeout: number;
  readonly offline: OfflinePolicy;
  readonly signal: AbortSignal | undefined;
  /** Further WAMP options, copied. */
  readonly wire: Dict;
}

/**
 * Checks the options common to all requests. Throws `InvalidArgumentError`.
 * @param method the public method, for the error's message
 */
export function parseCommonOptions(
  method: string,
  options: RequestOptions,
  defaults: { readonly timeout: number; readonly offline: OfflinePolicy },
): CommonOptions {
  dict(`${method}: options`, options);
  const { timeout, offline, signal, wire } = options;
  if (signal !== undefined) abortSignal(`${method}: options.signal`, signal);
  return {
    timeout:
      timeout === undefined ? defaults.timeout : check(`${method}: options.timeout`, timeout, milliseconds),
    offline:
      offline === undefined ? defaults.offline : check(`${method}: options.offline`, offline, offlinePolicy),
    signal,
    wire: wire === undefined ? {} : cloned(`${method}: options.wire`, wire),
  };
}

/** Checks and copies a dictionary that will be posted: a value that cannot be posted would fail the whole batch of requests. */
export function cloned(where: string, value: unknown): Dict {
  const given = dict(where, value);
  for (const [name, member] of Object.entries(given)) {
    // A custom option may be a secret.
    if (!plainData.accepts(member)) throw invalidType(`${where}.${name}`, member, plainData.expected);
  }
  // Not `structuredClone`, which would fail on what a getter returns the next time.
  return JSON.parse(JSON.stringify(given)) as Dict;
}

/** Checks the positional arguments of a request. */
export function parseArgs(method: string, args: unknown): readonly unknown[] {
  const expected = isPlainObject(args) ? "an array, before the options" : "an array";
  return list(`${method}: args`, args, expected);
}

/**
 * The keyword argument that carries the identity of a tab. Not an option of the message: routers ignore options that they do not know. The
 * name has the form that WAMP leaves to implementations, and is an identifier in the languages whose peers take keyword arguments as parameters.
 */
const TAB = "_tab";

/**
 * Checks the keyword arguments of a request.
 * @param tab the identity of the tab, added if the application asks for it
 */
export function parseKwargs(
  method: string,
  { kwargs, sendTab = false }: { readonly kwargs?: unknown; readonly sendTab?: unknown },
  tab: string,
): Dict | undefined {
  const given = kwargs === undefined ? undefined : dict(`${method}: options.kwargs`, kwargs);
  if (!check(`${method}: options.sendTab`, sendTab, flag)) return given;
  if (given !== undefined && Object.hasOwn(given, TAB)) {
    throw invalidType(
      `${method}: options.kwargs.${TAB}`,
      given[TAB],
      "no such argument beside options.sendTab",
    );
  }
  return { ...given, [TAB]: tab };
}
