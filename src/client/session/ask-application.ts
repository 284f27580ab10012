import { describeType } from "../../contract/describe-type.js";
import type { Asked } from "../../contract/port.js";
import { sendableText } from "../errors/checks.js";
import type { Answer, Settings } from "./settings.js";

/**
 * Asks the application for a part of its session's credentials. Rejects if it has no such function, or the function fails; in both cases
 * with nothing but a message, which the hub shows to other tabs.
 * @param leases the options of the leases, the latest first
 */
export async function askApplication(leases: readonly Settings[], what: Asked): Promise<string> {
  const answer = functionFor(leases, what);
  if (answer === undefined) throw new Error(`This page has no function that returns the ${what}`);
  const text = await new Promise((resolve) => resolve(answer())).catch((cause: unknown) => {
    throw new Error(cause instanceof Error ? cause.message : `The function threw ${describeType(cause)}`);
  });
  return sendableText(`connect(): options.${what === "query" ? what : `auth.${what}`}()`, text);
}

/** Returns the function of the latest lease that has one. Without any, what a lease passed as a value still serves. */
function functionFor(leases: readonly Settings[], what: Asked): Answer | undefined {
  const asking = leases.find(({ ask }) => ask[what] !== undefined);
  if (asking !== undefined) return asking.ask[what];
  for (const { options } of leases) {
    const given =
      what === "query" ? options.query : "secret" in options.auth ? options.auth.secret : undefined;
    if (given !== undefined && given !== "ask") return () => given.literal;
  }
  return undefined;
}
