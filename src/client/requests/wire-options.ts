import { optionsTable } from "../../contract/request-options.js";
import type { OptionedRequest, PublicOptions } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { check } from "../errors/checks.js";

/** Values that are not sent, because a router without the feature does not know the option. */
const defaults: Dict = { match: "exact", invoke: "single" };

/**
 * Checks the application's WAMP options and returns them by their names on the wire, without omitted options and without values that are
 * defaults of the specification. Throws `InvalidArgumentError`.
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
    // A copy, because the application may modify its list before the request is posted.
    wire[name] = Array.isArray(checked) ? [...(checked as unknown[])] : checked;
  }
  return wire;
}
