import type { OfflinePolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import type { EncodedPayload } from "../api/encoded-payload.js";
import type { PayloadContent } from "../api/passthru.js";
import type { CallOptions, DurableOptions, PublishOptions, RequestOptions } from "../api/request-options.js";
import { abortSignal, cloned, dict, isPlainObject, list, noMore } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";
import { isEncodedPayload } from "../requests/encoded-payload.js";
import type { Encoded } from "../requests/payload-coder.js";
import type { RequestSpec } from "../requests/request-spec.js";
import type { TabContext } from "./tab-context.js";

/** The last arguments of a method: its options, and whatever an application passes after them by mistake. */
export type OptionsArguments<Options extends Omit<RequestOptions, "offline">> = readonly [
  options?: Options,
  ...others: readonly unknown[],
];

/** The options of a request, as a message carries them, and its signal. */
export interface ParsedOptions {
  /** Deadline in milliseconds; 0 means none. */
  readonly timeout: number;
  readonly offline: OfflinePolicy;
  readonly signal: AbortSignal | undefined;
  /** The option `wire`. */
  readonly options: Dict;
  /** All options on which the page does not act itself. */
  readonly given?: Dict | undefined;
}

/**
 * Takes the options of a request apart, which the hub judges. Throws `InvalidArgumentError`.
 * @param method the public method, for the error's message
 * @param defaultTimeout the deadline without the option `timeout`
 * @param withPayload true if the request has arguments, to which some of the options belong
 */
export function parseOptions(
  { defaults }: TabContext,
  method: string,
  [all = {}, ...extra]: OptionsArguments<Omit<RequestOptions, "offline">>,
  defaultTimeout: number,
  withPayload = false,
): ParsedOptions {
  // In other clients of WAMP, a dictionary of keyword arguments comes before the options.
  noMore(method, extra, withPayload ? ": keyword arguments belong into options.kwargs" : "");
  const where = `${method}: options`;
  dict(where, all);
  const { signal, wire = {}, ...withStored } = all;
  const { onStored, ...others } = withStored as DurableOptions;
  if (onStored !== undefined && typeof onStored !== "function")
    throw invalid(`${where}.onStored`, onStored, "a function");
  const { kwargs: _kwargs, sendTab: _sendTab, ...rest } = others as PayloadOptions;
  if (signal !== undefined) abortSignal(`${where}.signal`, signal);
  const judged = cloned(where, withPayload ? rest : others, true);
  const { timeout = defaultTimeout, offline = defaults.offline, ...given } = judged as RequestOptions;
  return {
    timeout,
    offline,
    signal,
    options: cloned(`${where}.wire`, wire),
    ...(Object.keys(given).length > 0 && { given }),
  };
}

/**
 * Checks and encodes the arguments of a request. Throws `InvalidArgumentError`, `SerializationError`, or the errors of the session's
 * `passthru`.
 */
export function parsePayload(
  { coder, tab }: TabContext,
  method: string,
  args: readonly unknown[] | EncodedPayload,
  [options = {}]: OptionsArguments<CallOptions | PublishOptions>,
  subject: { readonly content: PayloadContent; readonly uri: string },
  key?: string,
): Encoded {
  const message = { ...subject, options, details: {} };
  if (isEncodedPayload(args)) {
    const { kwargs, sendTab } = options;
    const beside = "none beside an encoded payload, which has its own";
    if (kwargs !== undefined) throw invalid(`${method}: options.kwargs`, kwargs, beside);
    if (sendTab !== undefined && sendTab !== false)
      throw invalid(`${method}: options.sendTab`, sendTab, beside);
    if (key !== undefined)
      throw invalid(
        `${method}: options.offline`,
        options.offline,
        "another policy for an encoded payload, which has no room for a key",
      );
    return coder.pass(message, args);
  }
  const kwargs = parseKwargs(method, options, tab);
  return coder.seal(
    message,
    parseArgs(method, args),
    key === undefined ? kwargs : withKey(method, kwargs, key),
  );
}

type Asking<Kind extends AnsweredRequest["kind"]> = Extract<AnsweredRequest, { readonly kind: Kind }>;

/** A payload that is never sent: that of a message whose own is still being made. */
const UNMADE: Payload = { serializer: "json", count: 0, data: "" };

/** Returns a message with its payload, or the promise of it besides, with the attributes of that payload. */
export function withPayload(
  message: Omit<Asking<"call">, "payload"> | Omit<Asking<"publish">, "payload">,
  encoded: Encoded,
): Pick<RequestSpec<unknown>, "message" | "sealed"> {
  if (!("then" in encoded)) return { message: { ...message, payload: encoded } };
  const sealed = encoded.then(({ payload, options }) => ({
    ...message,
    given: { ...message.given, ...options },
    payload,
  }));
  return { message: { ...message, payload: UNMADE }, sealed };
}

/** The keyword argument that carries the key of a durable request, of the same form as `TAB`. */
const KEY = "_key";

function withKey(method: string, kwargs: Dict | undefined, key: string): Dict {
  if (kwargs !== undefined && Object.hasOwn(kwargs, KEY))
    throw invalid(
      `${method}: options.kwargs.${KEY}`,
      kwargs[KEY],
      'no such argument beside offline: "durable"',
    );
  return { ...kwargs, [KEY]: key };
}

/** Returns a key if the application wants a request to be durable. JavaScript code may pass null. */
export function keyOf(
  { newKey }: Pick<TabContext, "newKey">,
  [options]: OptionsArguments<DurableOptions>,
): string | undefined {
  return (options as DurableOptions | null | undefined)?.offline === "durable" ? newKey() : undefined;
}

/** Returns what is called when a durable request is stored. */
export function storedOf(
  { report }: Pick<TabContext, "report">,
  [options]: OptionsArguments<DurableOptions>,
  key: string | undefined,
): Pick<RequestSpec<unknown>, "stored"> {
  const onStored = options?.onStored;
  if (onStored === undefined || key === undefined) return {};
  return {
    stored: () => {
      try {
        onStored(key);
      } catch (error) {
        report(error);
      }
    },
  };
}

/** The options that belong to the arguments of a request. */
interface PayloadOptions {
  readonly kwargs?: unknown;
  readonly sendTab?: unknown;
}

/** Checks the positional arguments of a request. */
function parseArgs(method: string, args: unknown): readonly unknown[] {
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
