import { describeType } from "../../contract/describe-type.js";
import type { Asked } from "../../contract/port.js";
import { sendableText } from "../errors/checks.js";
import type { Settings } from "./settings.js";

/**
 * Asks the application for a part of its session's credentials. Rejects if it has no such function, or the function fails; in both cases
 * with nothing but a message, which the hub shows to other tabs.
 * @param leases the latest first
 */
export async function askApplication(
  leases: readonly { readonly settings: Settings }[],
  what: Asked,
): Promise<string> {
  const given = leases.map(({ settings }) => settings.credentials[what]);
  // The function of the latest lease that has one. Without any, what a lease passed as a value still serves.
  const answer = given.find((each) => typeof each === "function") ?? given.find((each) => each !== undefined);
  if (answer === undefined) throw new Error(`This page has no function that returns the ${what}`);
  const asked = new Promise((resolve) => resolve(typeof answer === "function" ? answer() : answer));
  const text = await asked.catch((cause: unknown) => {
    throw new Error(cause instanceof Error ? cause.message : `The function threw ${describeType(cause)}`);
  });
  return sendableText(`connect(): options.${what === "query" ? what : `auth.${what}`}()`, text);
}
