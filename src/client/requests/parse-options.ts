import type { OfflinePolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { RequestOptions } from "../api/request-options.js";
import { abortSignal, cloned, dict, isPlainObject, list, noMore } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";

/** The last arguments of a method: its options, and whatever an application passes after them by mistake. */
export type OptionsArguments<Options extends RequestOptions> = readonly [
  options?: Options,
  ...others: readonly unknown[],
];

/** The options of a request: those that the page acts on itself, and the others, as a message carries them. */
export interface ParsedOptions<Options extends RequestOptions> {
  /** All of them, as the application gave them. */
  readonly all: Options;
  /** Deadline in milliseconds; 0 means none. */
  readonly timeout: number;
  readonly offline: OfflinePolicy;
  readonly signal: AbortSignal | undefined;
  readonly message: OptionsMessage;
}

/** The options in a message, which the hub judges. */
export interface OptionsMessage {
  /** The option `wire`. */
  readonly options: Dict;
  readonly given?: Dict;
  readonly offline: OfflinePolicy;
  /** A timeout that is none, instead of what is left of it. */
  readonly timeout?: number;
}

/**
 * Takes the options of a request apart. Throws `InvalidArgumentError`.
 * @param method the public method, for the error's message
 * @param withPayload true if the request has arguments, to which some of the options belong
 */
export function parseOptions<Options extends RequestOptions>(
  method: string,
  [all = {} as Options, ...extra]: OptionsArguments<Options>,
  defaults: { readonly timeout: number; readonly offline: OfflinePolicy },
  withPayload = false,
): ParsedOptions<Options> {
  // In other clients of WAMP, a dictionary of keyword arguments comes before the options.
  noMore(method, extra, ": keyword arguments belong into options.kwargs");
  const where = `${method}: options`;
  dict(where, all);
  const { signal, wire = {}, ...others } = all;
  const { kwargs: _kwargs, sendTab: _sendTab, ...rest } = others as PayloadOptions;
  if (signal !== undefined) abortSignal(`${where}.signal`, signal);
  const judged = cloned(where, withPayload ? rest : others, true);
  const { timeout = defaults.timeout, offline = defaults.offline, ...given } = judged as RequestOptions;
  const isTime = Number.isSafeInteger(timeout);
  return {
    all,
    timeout: isTime ? timeout : 0,
    offline,
    signal,
    message: {
      options: cloned(`${where}.wire`, wire),
      ...(Object.keys(given).length > 0 && { given }),
      offline,
      ...(!isTime && { timeout }),
    },
  };
}

/** The options that belong to the arguments of a request. */
interface PayloadOptions {
  readonly kwargs?: unknown;
  readonly sendTab?: unknown;
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
  { kwargs, sendTab = false }: PayloadOptions,
  tab: string,
): Dict | undefined {
  const where = `${method}: options`;
  const given = kwargs === undefined ? undefined : dict(`${where}.kwargs`, kwargs);
  if (typeof sendTab !== "boolean") throw invalid(`${where}.sendTab`, sendTab, "a boolean");
  if (!sendTab) return given;
  if (given !== undefined && Object.hasOwn(given, TAB))
    throw invalid(`${where}.kwargs.${TAB}`, given[TAB], "no such argument beside options.sendTab");
  return { ...given, [TAB]: tab };
}
