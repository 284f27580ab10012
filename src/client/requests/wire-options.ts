import { optionsTable } from "../../contract/request-options.js";
import type { OptionedRequest, PublicOptions } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { check } from "./checks.js";

/**
 * Checks the WAMP options that the application gave and returns them by their names on the wire; options that it left out do not
 * go to the router. Throws `InvalidArgumentError`.
 * @param method the public method, for the error's message
 */
export function toWireOptions<Kind extends OptionedRequest>(
  method: string,
  kind: Kind,
  options: PublicOptions<Kind>,
): Dict {
  const given: Dict = { ...options };
  const wire: Record<string, unknown> = {};
  for (const [name, { option, rule }] of Object.entries(optionsTable(kind))) {
    const value = option === undefined ? undefined : given[option];
    if (value === undefined) continue;
    const checked = check(`${method}: options.${option}`, value, rule);
    // The list may be changed before it is posted.
    wire[name] = Array.isArray(checked) ? [...(checked as unknown[])] : checked;
  }
  return wire;
}
