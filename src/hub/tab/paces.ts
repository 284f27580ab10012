import type { SessionConfig } from "../../contract/session-config.js";
import type { Environment } from "../environment.js";
import { createPromptPace, createSlowPace } from "./event-coalescer.js";
import type { EventCoalescer } from "./event-coalescer.js";

/** Returns the function that tells the pace of a session's hidden tabs and that of its visible ones. */
export function createPaces(
  { pauses, clock }: Pick<Environment, "pauses" | "clock">,
  { hiddenPace }: Pick<SessionConfig, "hiddenPace">,
): (isHidden: boolean) => EventCoalescer {
  const visible = createPromptPace(pauses());
  const hidden =
    hiddenPace === 0 ? visible : createSlowPace((task) => clock.after(hiddenPace, task), visible);
  return (isHidden) => (isHidden ? hidden : visible);
}
