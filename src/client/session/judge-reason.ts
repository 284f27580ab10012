import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Settings } from "./settings.js";

/**
 * Asks the application whether a reason is fatal: the function of the latest lease that has one. Resolves with null if it leaves that to the
 * package, or fails, which is reported.
 * @param leases the latest first
 */
export async function judgeReason(
  leases: readonly { readonly settings: Settings }[],
  reason: WampMuxError,
  report: (error: unknown) => void,
): Promise<boolean | null> {
  const judge = leases.map(({ settings }) => settings.isFatal).find((each) => typeof each === "function");
  try {
    const verdict: unknown = await judge?.(reason);
    return typeof verdict === "boolean" ? verdict : null;
  } catch (error) {
    report(error);
    return null;
  }
}
