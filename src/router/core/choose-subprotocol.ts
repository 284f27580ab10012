import { subprotocolsOf } from "../../codec/subprotocols.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import type { RouterSettings } from "./core-options.js";

/**
 * Returns the first offered subprotocol that the router supports.
 * @param plainOnly true if the router knows no batched subprotocols
 */
export function chooseSubprotocol(
  offered: Iterable<string>,
  { serializers }: Pick<RouterSettings, "serializers">,
  plainOnly: boolean,
): Subprotocol | undefined {
  const spoken = subprotocolsOf(serializers).filter(({ batched }) => !(batched && plainOnly));
  for (const name of offered) {
    const subprotocol = spoken.find((known) => known.name === name);
    if (subprotocol !== undefined) return subprotocol;
  }
  return undefined;
}
