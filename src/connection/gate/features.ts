import type { ErrorRecord } from "../../contract/errors.js";
import { isDefault, optionsTable } from "../../contract/request-options.js";
import type { OptionedRequest, OptionRule } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { announcementOf } from "../../protocol/features.js";
import type { RouterFeature, RouterFeatures } from "../../protocol/features.js";
import { featureNotSupported } from "../error-records.js";

/** Returns the error of the first option that the router would not respect although the request depends on it. */
export function neededFeature(
  kind: OptionedRequest,
  options: Dict,
  announced: RouterFeatures,
): ErrorRecord | undefined {
  return missing(kind, options, announced, ({ needs }) => needs)[0];
}

/** Returns the errors of the options that the router will ignore, without harm to anybody. */
export function unmetHopes(
  kind: OptionedRequest,
  options: Dict,
  announced: RouterFeatures,
): readonly ErrorRecord[] {
  return missing(kind, options, announced, ({ hopesFor }) => hopesFor);
}

function missing(
  kind: OptionedRequest,
  options: Dict,
  announced: RouterFeatures,
  featureOf: (rule: OptionRule) => RouterFeature | undefined,
): ErrorRecord[] {
  const table = optionsTable(kind);
  const errors: ErrorRecord[] = [];
  for (const name in options) {
    const rule = Object.hasOwn(table, name) ? table[name] : undefined;
    const feature = rule && featureOf(rule);
    if (feature === undefined || announced[feature] || isDefault(options[name])) continue;
    errors.push(featureNotSupported(announcementOf(feature)));
  }
  return errors;
}
