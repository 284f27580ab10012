import type { Dict } from "./dict.js";

/** The attributes of a payload that the router passes on without looking into it (WAMP, "Payload Passthru Mode"). */
export const PASSTHRU_ATTRIBUTES = ["ppt_scheme", "ppt_serializer", "ppt_cipher", "ppt_keyid"] as const;

/** Returns these attributes of options or details, as far as they are strings. */
export function passthruAttributes(dict: Dict): Dict {
  const attributes: Record<string, string> = {};
  for (const name of PASSTHRU_ATTRIBUTES) {
    const value = Object.hasOwn(dict, name) ? dict[name] : undefined;
    if (typeof value === "string") attributes[name] = value;
  }
  return attributes;
}
