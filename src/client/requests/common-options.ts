import { offlinePolicy } from "../../contract/request-options.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { milliseconds } from "../../contract/rules.js";
import { abortSignal, check, dict, list } from "./checks.js";
import { invalid } from "../errors/invalid.js";
import type { RequestOptions } from "../api/request-options.js";

/** What the options of a request come to, with the session's defaults. */
export interface CommonOptions {
  readonly timeout: number;
  readonly offline: OfflinePolicy;
  readonly signal: AbortSignal | undefined;
  /** Further WAMP options, copied. */
  readonly wire: Dict;
}

/** `method` is the public method, for the message of an `InvalidArgumentError`. */
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

/** One value that cannot be cloned would take the whole batch along that it is posted in. */
export function cloned(where: string, value: unknown): Dict {
  const given = dict(where, value);
  try {
    return structuredClone(given);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(where, value, `values that can be cloned (${why})`);
  }
}

/** The entries that are there, so that options nobody gave do not go to the router. */
export function omitUndefined(entries: Dict): Dict {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

export function argsOf(method: string, args: unknown): readonly unknown[] {
  return list(`${method}: args`, args);
}

export function kwargsOf(method: string, kwargs: unknown): Dict | undefined {
  return kwargs === undefined ? undefined : dict(`${method}: options.kwargs`, kwargs);
}
