import type { ChallengeAnswer } from "../auth/auth-method.js";
import type { AuthOffer } from "../auth/auth-offer.js";
import type { Asked } from "../contract/port.js";
import type { Challenge } from "../protocol/messages.js";

/** The outcome of a challenge: an answer, or the reason why there is none. */
export type ChallengeOutcome =
  | { readonly answer: ChallengeAnswer }
  /** The router broke the protocol. */
  | { readonly violation: string }
  /** The application has given nothing. */
  | { readonly missing: Asked; readonly cause: unknown }
  /** The challenge cannot be answered. */
  | { readonly refusal: unknown };

/**
 * Answers a challenge by one of the offered methods. Never rejects.
 * @param asking called with the method when the application is asked for its part of it, and with undefined when it has answered
 */
export async function answerChallenge(
  offer: AuthOffer,
  { method, extra }: Challenge,
  asking: (method: string | undefined) => void,
): Promise<ChallengeOutcome> {
  const { methods } = offer;
  if (!methods.includes(method)) {
    const names = methods.map((name) => `"${name}"`).join(", ");
    return { violation: `CHALLENGE for the method "${method}", but ${names} was offered` };
  }
  const asked = offer.asks(method);
  try {
    if (asked !== undefined) asking(method);
    await offer.choose(method, extra);
  } catch (error) {
    return { missing: asked ?? "secret", cause: error };
  } finally {
    if (asked !== undefined) asking(undefined);
  }
  try {
    return { answer: await offer.challenge(extra) };
  } catch (error) {
    return { refusal: error };
  }
}
