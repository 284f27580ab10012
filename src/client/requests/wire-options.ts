import { optionsTable } from "../../contract/request-options.js";
import type { OptionedRequest, PublicOptions } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { check } from "../errors/checks.js";

/** Values that are not sent, since a router without their feature does not know the option. */
const defaults: Dict = { match: "exact", invoke: "single" };

/**
 * Checks the WAMP options that the application gave and returns them by their names on the wire; options that it left out, and
 * defaults of the specification, are not among them. Throws `InvalidArgumentError`.
 * @param method the public method, for the error's message
 */
export function toWireOptions<Kind extends OptionedRequest>(
  method: string,
  kind: Kind,
  options: PublicOptions<Kind>,
): Dict {
  const given: Dict = { ...options };
  const wire: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(optionsTable(kind))) {
    const option = name.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
    const value = given[option];
    if (value === undefined || rule.isInternal === true) continue;
    const checked = check(`${method}: options.${option}`, value, rule);
    if (checked === defaults[name]) continue;
    // A copy, since the application may change its list before the request is posted.
    wire[name] = Array.isArray(checked) ? [...(checked as unknown[])] : checked;
  }
  return wire;
}
