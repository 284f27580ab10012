import { describeType } from "../../contract/describe-type.js";
import type { ChallengeAnswer, Question } from "../../contract/port.js";
import type { ChallengeRequest, SecretRequest } from "../api/auth-options.js";
import { cloned, isPlainObject, sendableText } from "../errors/checks.js";
import type { GivenAuth, Settings } from "./settings.js";

/**
 * Asks one lease of the application for a part of its session's credentials. The answer is null if there is none yet. It rejects if the
 * function fails; this throws if there is no function. In both cases the error has nothing but a message, which the hub shows to other tabs.
 * @param leases the latest first
 * @param methodsOf returns the authentication methods for which a lease is asked
 * @param signal aborted when the answer is no longer needed
 */
export function askApplication<Lease extends { readonly settings: Settings }>(
  leases: readonly Lease[],
  methodsOf: (question: Question, settings: Settings) => readonly GivenAuth[],
  question: Question,
  signal: AbortSignal,
): { readonly lease: Lease; readonly answer: Promise<string | ChallengeAnswer | null> } {
  const given = ({ settings }: Lease) =>
    question.what === "query"
      ? settings.credentials.query
      : givenFor(methodsOf(question, settings), question);
  const able = leases.filter((each) => given(each) !== undefined);
  // The function of the latest lease that has one. Without any, what a lease passed as a value still serves.
  const lease = able.find((each) => typeof given(each) === "function") ?? able[0];
  if (lease === undefined) throw new Error(`This page has no function that returns the ${question.what}`);
  return { lease, answer: answerOfLease(given(lease), question, signal) };
}

async function answerOfLease(
  answer: unknown,
  question: Question,
  signal: AbortSignal,
): Promise<string | ChallengeAnswer | null> {
  const { what, method = "", challenge } = question;
  const asked = new Promise((resolve) => {
    const context = { method, signal, ...(challenge && { challenge }) };
    resolve(
      typeof answer === "function"
        ? (answer as (request: SecretRequest & ChallengeRequest) => unknown)(
            context as SecretRequest & ChallengeRequest,
          )
        : answer,
    );
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

function givenFor(methods: readonly GivenAuth[], { what, method }: Question) {
  const auth = methods.find((each) => each.method === method);
  return what === "secret" ? auth?.secret : auth?.sign;
}

function answerOf(value: unknown): ChallengeAnswer {
  const where = "connect(): options.auth.sign()";
  const { signature, extra = {} } = isPlainObject(value) ? value : { signature: value };
  return { signature: sendableText(where, signature), extra: cloned(`${where}.extra`, extra) };
}
