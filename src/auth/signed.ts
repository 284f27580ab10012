import type { Dict } from "../protocol/dict.js";
import { claimedAuthid } from "./auth-method.js";
import type { AuthExchange, ChallengeAnswer } from "./auth-method.js";

/**
 * Starts an exchange of a method whose challenge the application answers: its key must not leave the tab, or the package does not know
 * the method.
 * @param sign asks the application for the answer to CHALLENGE.Extra; may reject
 */
export function signedByApplication(
  method: string,
  authid: string | undefined,
  sign: (challenge: Dict) => Promise<ChallengeAnswer>,
): AuthExchange {
  let answer: ChallengeAnswer | undefined;
  return {
    method,
    prepare: async (challenge) => {
      if (challenge !== undefined) answer = await sign(challenge);
    },
    hello: claimedAuthid({ authid }),
    challenge: () =>
      answer === undefined
        ? Promise.reject(new Error("the application has not been asked"))
        : Promise.resolve(answer),
  };
}
