import { subprotocolsOf } from "../../codec/subprotocols.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import type { RouterSettings } from "./core-options.js";

/** Returns the first offered subprotocol that the router supports. */
export function chooseSubprotocol(
  offered: Iterable<string>,
  { serializers }: Pick<RouterSettings, "serializers">,
): Subprotocol | undefined {
  const spoken = subprotocolsOf(serializers);
  for (const name of offered) {
    const subprotocol = spoken.find((known) => known.name === name);
    if (subprotocol !== undefined) return subprotocol;
  }
  return undefined;
}
