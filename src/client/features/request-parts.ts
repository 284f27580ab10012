import type { OptionedRequest, PublicOptions } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import type { CallOptions, PublishOptions, RequestOptions } from "../api/request-options.js";
import { parseArgs, parseCommonOptions, parseKwargs } from "../requests/common-options.js";
import type { CommonOptions } from "../requests/common-options.js";
import { toWireOptions } from "../requests/wire-options.js";
import type { TabContext } from "./tab-context.js";

/** The options of a request, checked and completed. */
export interface ParsedOptions extends Omit<CommonOptions, "wire"> {
  /** The options of the message. */
  readonly options: Dict;
}

/**
 * Checks the options of a request. Throws `InvalidArgumentError`.
 * @param method the public method, for the error's message
 * @param defaultTimeout the deadline without the option `timeout`
 */
export function parseOptions<Kind extends OptionedRequest>(
  { defaults: { offline } }: TabContext,
  method: string,
  kind: Kind,
  given: RequestOptions & PublicOptions<Kind>,
  defaultTimeout: number,
): ParsedOptions {
  const { wire, ...common } = parseCommonOptions(method, given, { timeout: defaultTimeout, offline });
  return { ...common, options: { ...wire, ...toWireOptions(method, kind, given) } };
}

/** Checks and encodes the arguments of a request. Throws `InvalidArgumentError` or `SerializationError`. */
export function parsePayload(
  { coder, tab }: TabContext,
  method: string,
  args: readonly unknown[],
  options: CallOptions | PublishOptions,
): Payload {
  return coder.encode(parseArgs(method, args), parseKwargs(method, options, tab));
}
