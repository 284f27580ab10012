import { describeType } from "../../contract/describe-type.js";
import type { Asked } from "../../contract/port.js";
import { secretText } from "../errors/checks.js";
import type { Settings } from "./settings.js";

/** The places of the functions, for messages. */
const PLACES: Readonly<Record<Asked, string>> = {
  secret: "connect(): options.auth.secret",
  query: "connect(): options.query",
};

/**
 * Asks the application for a part of its session's credentials. Rejects if it has no such function, or the function fails; in both cases
 * with nothing but a message, because an error that crosses the port takes its fields along, and the hub shows it to other tabs.
 */
export async function askApplication(ask: Settings["ask"], what: Asked): Promise<string> {
  const answer = ask[what];
  if (answer === undefined) throw new Error(`This page has no function that returns the ${what}`);
  return secretText(`${PLACES[what]}()`, await answered(answer));
}

function answered(answer: () => unknown): Promise<unknown> {
  const asked = new Promise((resolve) => resolve(answer()));
  return asked.catch((cause: unknown) => {
    throw new Error(cause instanceof Error ? cause.message : `The function threw ${describeType(cause)}`);
  });
}
