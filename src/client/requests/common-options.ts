import { offlinePolicy } from "../../contract/request-options.js";
import type { OfflinePolicy } from "../../contract/request-options.js";
import { milliseconds } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import type { RequestOptions } from "../api/request-options.js";
import { abortSignal, check, dict, list } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";

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

/** Copies a dictionary that will be posted: a value that cannot be cloned would fail the whole batch of requests. */
export function cloned(where: string, value: unknown): Dict {
  const given = dict(where, value);
  try {
    return structuredClone(given);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(where, value, `values that can be cloned (${reason})`);
  }
}

/** Checks the positional arguments of a request. */
export function parseArgs(method: string, args: unknown): readonly unknown[] {
  return list(`${method}: args`, args);
}

/** Checks the keyword arguments of a request. */
export function parseKwargs(method: string, kwargs: unknown): Dict | undefined {
  return kwargs === undefined ? undefined : dict(`${method}: options.kwargs`, kwargs);
}
