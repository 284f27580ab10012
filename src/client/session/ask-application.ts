import { describeType } from "../../contract/describe-type.js";
import type { ChallengeAnswer, Question } from "../../contract/port.js";
import type { ChallengeRequest, SecretRequest } from "../api/auth-options.js";
import { cloned, isPlainObject, sendableText } from "../errors/checks.js";
import type { Settings } from "./settings.js";

/**
 * Asks the application for a part of its session's credentials. Resolves with null if there is no answer yet. Rejects if it has no such
 * function, or the function fails; in both cases with nothing but a message, which the hub shows to other tabs.
 * @param leases the latest first
 * @param signal aborted when the answer is no longer needed
 */
export async function askApplication(
  leases: readonly { readonly settings: Settings }[],
  question: Question,
  signal: AbortSignal,
): Promise<string | ChallengeAnswer | null> {
  const { what, method = "", challenge } = question;
  const given = leases.map(({ settings }) => givenFor(settings, question));
  // The function of the latest lease that has one. Without any, what a lease passed as a value still serves.
  const answer = given.find((each) => typeof each === "function") ?? given.find((each) => each !== undefined);
  if (answer === undefined) throw new Error(`This page has no function that returns the ${what}`);
  const asked = new Promise((resolve) => {
    const context = { method, signal, ...(challenge && { challenge }) };
    resolve(typeof answer === "function" ? answer(context as SecretRequest & ChallengeRequest) : answer);
  });
  const value = await asked.catch((cause: unknown) => {
    throw new Error(cause instanceof Error ? cause.message : `The function threw ${describeType(cause)}`);
  });
  if (value === null) return null;
  switch (what) {
    case "query":
      return sendableText("connect(): options.query()", value);
    case "secret":
      return sendableText("connect(): options.auth.secret()", value);
    case "signature":
      return answerOf(value);
  }
}

function givenFor({ credentials }: Settings, { what, method }: Question) {
  if (what === "query") return credentials.query;
  const auth = credentials.methods.find((each) => each.method === method);
  return what === "secret" ? auth?.secret : auth?.sign;
}

function answerOf(value: unknown): ChallengeAnswer {
  const where = "connect(): options.auth.sign()";
  const { signature, extra = {} } = isPlainObject(value) ? value : { signature: value };
  return { signature: sendableText(where, signature), extra: cloned(`${where}.extra`, extra) };
}
