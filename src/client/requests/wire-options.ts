import { optionsTable } from "../../contract/request-options.js";
import type { OptionedRequest, OptionRule, PublicOptions } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { CallOptions, PublishOptions, RequestOptions } from "../api/request-options.js";
import { check, meaningAmong, onlyKeys } from "../errors/checks.js";

/** Values that are not sent, because a router without the feature does not know the option. */
const defaults: Dict = { match: "exact", invoke: "single" };

/** A WAMP option by its names in the public API and on the wire. */
interface PublicOption {
  readonly option: string;
  readonly name: string;
  readonly rule: OptionRule;
}

interface KnownOptions {
  readonly ofWamp: readonly PublicOption[];
  /** The names of all options of the method. */
  readonly names: readonly string[];
}

const common = ["timeout", "offline", "signal", "wire"] as const satisfies readonly (keyof RequestOptions)[];
const payload = ["kwargs", "sendTab"] as const satisfies readonly (keyof CallOptions &
  keyof PublishOptions)[];

const knownOptions: Readonly<Record<OptionedRequest, KnownOptions>> = {
  call: knownFor("call", [...common, ...payload, "cancelMode"]),
  publish: knownFor("publish", [...common, ...payload]),
  subscribe: knownFor("subscribe", common),
  register: knownFor("register", common),
};

function knownFor(kind: OptionedRequest, others: readonly string[]): KnownOptions {
  const ofWamp = Object.entries(optionsTable(kind))
    .filter(([, rule]) => rule.isInternal !== true)
    .map(([name, rule]) => {
      const option = name.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
      return { option, name, rule };
    });
  return { ofWamp, names: [...ofWamp.map(({ option }) => option), ...others] };
}

/** Returns the words for a name that is not an option of a method: the option that was probably meant, wherever that belongs. */
export function meantOption(kind: OptionedRequest, name: string): string | undefined {
  if (name.startsWith("_")) return `options.wire.${name}`;
  const { names } = knownOptions[kind];
  const elsewhere: Record<string, string> = { receive_progress: "callProgressive()" };
  for (const [method, { names: others }] of Object.entries(knownOptions)) {
    for (const other of others) {
      const earlier = elsewhere[other];
      const methods = earlier === undefined ? `${other} of ${method}()` : `${earlier} or ${method}()`;
      elsewhere[other] = methods;
    }
  }
  // In other clients of WAMP, a dictionary of keyword arguments comes before the options.
  return meaningAmong(names, elsewhere)(name) ?? (names.includes("kwargs") ? "options.kwargs" : undefined);
}

/**
 * Checks the application's WAMP options and returns them by their names on the wire, without omitted options and without values that are
 * defaults of the specification. Throws `InvalidArgumentError`, also for an option that the method does not have: a misspelt one would
 * have no effect, so that an event would go to all subscribers instead of those that the option names.
 * @param method the public method, for the error's message
 */
export function toWireOptions<Kind extends OptionedRequest>(
  method: string,
  kind: Kind,
  options: PublicOptions<Kind>,
): Dict {
  const given: Dict = { ...options };
  const { ofWamp, names } = knownOptions[kind];
  onlyKeys(`${method}: options`, given, names, (name) => meantOption(kind, name));
  const wire: Record<string, unknown> = {};
  for (const { option, name, rule } of ofWamp) {
    const value = given[option];
    if (value === undefined) continue;
    const checked = check(`${method}: options.${option}`, value, rule);
    if (checked === defaults[name]) continue;
    // A copy, because the application may modify its list before the request is posted.
    wire[name] = Array.isArray(checked) ? [...(checked as unknown[])] : checked;
  }
  return wire;
}
