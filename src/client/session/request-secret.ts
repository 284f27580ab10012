import { InvalidArgumentError } from "../errors/argument-errors.js";
import type { Settings } from "./settings.js";

/** Asks the application for the secret of its session. Rejects if it has no such function, or the function fails. */
export async function requestSecret({ askSecret }: Settings): Promise<string> {
  if (askSecret === undefined) throw new Error("This page has no function that returns the secret");
  const secret: unknown = await askSecret();
  if (typeof secret === "string") return secret;
  // Only the type, because the value may be a secret of another type.
  const message = `connect(): options.auth.secret returned a value of type ${typeof secret}, expected a string`;
  throw new InvalidArgumentError(message, { value: typeof secret, expected: "a string" });
}
