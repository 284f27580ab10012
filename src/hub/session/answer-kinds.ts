import type { Asked, ChallengeAnswer } from "../../contract/port.js";
import { isPlainData, isText } from "../../contract/plain-data.js";
import { isRecord } from "../../contract/rules.js";

/** A kind of answers, and how they are judged. */
export interface AnswerKind<Value> {
  readonly what: Asked;
  /** Tells whether an answer from a tab can be used; it comes from the port. */
  readonly accepts: (answer: unknown) => answer is Value;
  /** Returns the answer for a value that a tab passed. */
  readonly fromLiteral: (literal: string) => Value;
  /** True if the value of a later tab is better; false if absent. */
  readonly newestFirst?: boolean;
}

const itself = (literal: string): string => literal;

export const secretKind: AnswerKind<string> = {
  what: "secret",
  accepts: (answer): answer is string => isText(answer) && answer !== "",
  fromLiteral: itself,
};

export const queryKind: AnswerKind<string> = {
  what: "query",
  accepts: isText,
  fromLiteral: itself,
  newestFirst: true,
};

/** Only functions give signatures. */
export const signatureKind: AnswerKind<ChallengeAnswer> = {
  what: "signature",
  accepts: (answer): answer is ChallengeAnswer =>
    isRecord(answer) && isText(answer["signature"]) && isRecord(answer["extra"]) && isPlainData(answer),
  fromLiteral: (signature) => ({ signature, extra: {} }),
};
