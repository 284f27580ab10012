import type { Dict } from "../../../protocol/dict.js";
import { ProtocolError } from "../../../protocol/errors.js";
import type { Call, Cancel, ErrorMessage, RouterMessage, Yield } from "../../../protocol/messages.js";
import type { Payload } from "../../../protocol/payload.js";
import { checkUri } from "../../../protocol/uri.js";
import type { Features } from "../features.js";
import { convert } from "../frames.js";
import type { Invocation } from "./invocation.js";
import type { Member } from "../member.js";
import { cancelModeOf, flag, timeoutOf } from "../message-options.js";
import type { CancelMode } from "../message-options.js";
import { Refusal } from "../refusal.js";
import type { Registry } from "./registry.js";
import { requireUri } from "../uri-rules.js";
import { show } from "../values.js";

/** Longest delay that a timer keeps; a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls and their invocations in one realm. Its methods throw `Refusal` and `ProtocolError`. */
export class Dealer {
  readonly #registry: Registry;
  readonly #features: Features;

  constructor(registry: Registry, features: Features) {
    this.#registry = registry;
    this.#features = features;
  }

  call(caller: Member, message: Call): void {
    const { request: call, options, procedure, payload } = message;
    const wantsProgress = flag(options, "receive_progress") && this.#features.progressive_call_results;
    const disclose = flag(options, "disclose_me") && this.#features.caller_identification;
    const timeout = this.#features.call_timeout ? timeoutOf(options) : 0;
    requireUri(procedure, "procedure", "exact");
    const registration = this.#registry.find(procedure);
    if (registration === undefined) {
      throw new Refusal("wamp.error.no_such_procedure", `no callee registered for ${procedure}`);
    }
    const callee = registration.pick();
    if (callee === undefined) {
      throw new Refusal("wamp.error.unavailable", `every callee of ${procedure} is at its concurrency limit`);
    }
    const invoked = payloadFor(callee.member, payload);
    const progressive = wantsProgress && callee.member.supports("callee", "progressive_call_results");
    const request = callee.member.nextInvocation();
    const details = {
      ...(registration.match === "exact" ? {} : { procedure }),
      ...(progressive ? { receive_progress: true } : {}),
      ...(disclose ? callerDetails(caller) : {}),
    };
    this.#open({ caller, call, callee, request, progressive, timer: undefined, interrupted: false }, timeout);
    callee.member.send({
      type: "INVOCATION",
      request,
      registration: registration.id,
      details,
      payload: invoked,
    });
  }

  cancel(caller: Member, { request, options }: Cancel): void {
    const mode = cancelModeOf(options);
    const invocation = caller.calls.get(request);
    // Answered already, or never made: the message may have crossed the result.
    if (invocation === undefined || !this.#features.call_canceling) return;
    const effective = this.#canInterrupt(invocation) ? mode : "skip";
    if (effective !== "skip") interrupt(invocation, effective, "wamp.error.canceled");
    if (effective !== "kill") fail(invocation, "wamp.error.canceled", "the caller cancelled the call");
  }

  yield(callee: Member, { request, options, payload }: Yield): void {
    const progress = flag(options, "progress");
    const invocation = callee.invocations.get(request);
    // The call may have been cancelled or the caller be gone: the answer crossed the INTERRUPT.
    if (invocation === undefined) return;
    if (progress && !invocation.progressive) {
      throw new ProtocolError(`YIELD with progress for invocation ${request}, which did not ask for it`);
    }
    if (!progress) release(invocation);
    if (!isWanted(invocation)) return;
    if (!progress) settle(invocation);
    const details: Dict = progress ? { progress: true } : {};
    answer(invocation, payload, (converted) => ({
      type: "RESULT",
      request: invocation.call,
      details,
      payload: converted,
    }));
  }

  error(callee: Member, { request, details, error, payload }: ErrorMessage): void {
    const broken = checkUri(error, "error", "loose");
    if (broken !== undefined) throw new ProtocolError(`error URI ${show(error)}: ${broken}`);
    const invocation = callee.invocations.get(request);
    if (invocation === undefined) return;
    release(invocation);
    if (!isWanted(invocation)) return;
    settle(invocation);
    answer(invocation, payload, (converted) => ({
      type: "ERROR",
      requestType: "CALL",
      request: invocation.call,
      details,
      error,
      payload: converted,
    }));
  }

  leave(member: Member): void {
    this.#registry.leave(member);
    for (const invocation of [...member.invocations.values()]) {
      release(invocation);
      if (isWanted(invocation) && invocation.caller !== member) {
        fail(invocation, "wamp.error.canceled", "callee disconnected from in-flight request");
      }
    }
    for (const invocation of [...member.calls.values()]) {
      settle(invocation);
      if (this.#canInterrupt(invocation) && invocation.callee.member !== member) {
        interrupt(invocation, "killnowait", "wamp.error.canceled");
      }
    }
  }

  #open(invocation: Invocation, timeout: number): void {
    const { caller, call, callee, request } = invocation;
    caller.calls.set(call, invocation);
    callee.member.invocations.set(request, invocation);
    callee.running++;
    if (timeout === 0 || timeout > LONGEST_TIMER) return;
    invocation.timer = setTimeout(() => {
      this.#timeOut(invocation, timeout);
    }, timeout);
  }

  #canInterrupt({ callee }: Invocation): boolean {
    return this.#features.call_canceling && callee.member.supports("callee", "call_canceling");
  }

  #timeOut(invocation: Invocation, timeout: number): void {
    fail(invocation, "wamp.error.timeout", `no result within ${timeout} ms`);
    if (this.#canInterrupt(invocation)) {
      interrupt(invocation, "killnowait", "wamp.error.timeout");
    }
  }
}

/** Whether the caller still waits for the result. */
function isWanted(invocation: Invocation): boolean {
  return invocation.caller.calls.get(invocation.call) === invocation;
}

/** The call is answered, or nobody is left to answer. */
function settle(invocation: Invocation): void {
  clearTimeout(invocation.timer);
  invocation.caller.calls.delete(invocation.call);
}

/** The callee has done with it, or need not answer. */
function release({ callee, request }: Invocation): void {
  if (callee.member.invocations.delete(request)) callee.running--;
}

function fail(invocation: Invocation, error: string, text: string): void {
  settle(invocation);
  invocation.caller.sendError("CALL", invocation.call, error, text);
}

/** After `killnowait` the callee need not answer (WAMP, "Call Canceling"); after `kill` its answer is the caller's. */
function interrupt(invocation: Invocation, mode: Exclude<CancelMode, "skip">, reason: string): void {
  const { callee, request, interrupted } = invocation;
  invocation.interrupted = true;
  if (!interrupted) callee.member.send({ type: "INTERRUPT", request, options: { mode, reason } });
  if (mode === "killnowait") release(invocation);
}

function answer(
  { caller, call }: Invocation,
  payload: Payload,
  write: (converted: Payload) => RouterMessage,
): void {
  try {
    caller.send(write(payloadFor(caller, payload)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    caller.sendError("CALL", call, error.uri, error.message);
  }
}

/** The payload in a session's serializer. */
function payloadFor(member: Member, payload: Payload): Payload {
  try {
    return convert(payload, member.serializer);
  } catch (error) {
    throw new Refusal("wamp.error.invalid_argument", `the arguments cannot be transcoded: ${String(error)}`);
  }
}

function callerDetails({ id, identity }: Member): Dict {
  return { caller: id, caller_authid: identity.authid, caller_authrole: identity.authrole };
}
