import { EncodeError } from "../../../codec/errors.js";
import type { Dict } from "../../../protocol/dict.js";
import { ProtocolError } from "../../../protocol/errors.js";
import type { Call, Cancel, ErrorMessage, RouterMessage, Yield } from "../../../protocol/messages.js";
import type { Payload } from "../../../protocol/payload.js";
import type { Environment } from "../environment.js";
import type { Features } from "../features.js";
import type { Member } from "../member.js";
import { parseCancelMode, parseFlag, parseTimeout } from "../message-options.js";
import type { CancelMode } from "../message-options.js";
import { parsePassthru, requirePassthru } from "../passthru.js";
import { Refusal } from "../refusal.js";
import { brokenErrorUri, requireUri } from "../uri-rules.js";
import { show } from "../values.js";
import { InvocationTable } from "./invocation-table.js";
import type { Invocation } from "./invocation.js";
import type { Registry } from "./registry.js";

/** Calls and their invocations in one realm. Its methods throw `Refusal` and `ProtocolError`. */
export class Dealer {
  readonly #registry: Registry;
  readonly #features: Features;
  readonly #environment: Environment;
  readonly #table = new InvocationTable();

  constructor(registry: Registry, features: Features, environment: Environment) {
    this.#registry = registry;
    this.#features = features;
    this.#environment = environment;
  }

  call(caller: Member, message: Call): void {
    const { request: call, options, procedure, payload } = message;
    const wantsProgress = parseFlag(options, "receive_progress") && this.#features.progressive_call_results;
    const disclose = parseFlag(options, "disclose_me") && this.#features.caller_identification;
    const passthru = parsePassthru(caller, "caller", options, this.#features);
    const timeout = this.#features.call_timeout ? parseTimeout(options) : 0;
    requireUri(procedure, "procedure", "exact");
    const registration = this.#registry.find(procedure);
    if (registration === undefined) {
      throw new Refusal("wamp.error.no_such_procedure", `no callee registered for ${procedure}`);
    }
    const callee = registration.pick(this.#environment.random);
    if (callee === undefined) {
      throw new Refusal("wamp.error.unavailable", `every callee of ${procedure} is at its concurrency limit`);
    }
    requirePassthru(callee.member, "callee", passthru);
    const invoked = payloadFor(callee.member, payload);
    const progressive = wantsProgress && callee.member.supports("callee", "progressive_call_results");
    const request = callee.member.nextInvocation();
    const details = {
      ...(registration.match === "exact" ? {} : { procedure }),
      ...(progressive ? { receive_progress: true } : {}),
      ...(disclose ? callerDetails(caller) : {}),
      ...passthru,
    };
    const stopTimer = (): void => undefined;
    const invocation = { caller, call, callee, request, progressive, stopTimer, interrupted: false };
    this.#table.add(invocation);
    if (timeout > 0) this.#limit(invocation, timeout);
    callee.member.send({
      type: "INVOCATION",
      request,
      registration: registration.id,
      details,
      payload: invoked,
    });
  }

  cancel(caller: Member, { request, options }: Cancel): void {
    const mode = parseCancelMode(options);
    const invocation = this.#table.byCall(caller, request);
    // The call has been answered or was never made: the message may have crossed the result.
    if (invocation === undefined || !this.#features.call_canceling) return;
    const effective = this.#canInterrupt(invocation) ? mode : "skip";
    if (effective !== "skip") this.#interrupt(invocation, effective, "wamp.error.canceled");
    if (effective !== "kill") this.#fail(invocation, "wamp.error.canceled", "the caller canceled the call");
  }

  yield(callee: Member, { request, options, payload }: Yield): void {
    const progress = parseFlag(options, "progress");
    const passthru = parsePassthru(callee, "callee", options, this.#features);
    const invocation = this.#table.byRequest(callee, request);
    // The call was canceled or its caller has left, and the answer crossed the INTERRUPT.
    if (invocation === undefined) return;
    if (progress && !invocation.progressive) {
      throw new ProtocolError(`YIELD with progress for invocation ${request}, which did not ask for it`);
    }
    if (!progress) this.#table.release(invocation);
    if (!this.#table.isWanted(invocation)) return;
    if (!progress) this.#table.settle(invocation);
    const details: Dict = { ...(progress && { progress: true }), ...passthru };
    answer(invocation, payload, passthru, (converted) => ({
      type: "RESULT",
      request: invocation.call,
      details,
      payload: converted,
    }));
  }

  error(callee: Member, { request, details, error, payload }: ErrorMessage): void {
    const broken = brokenErrorUri(error);
    if (broken !== undefined) throw new ProtocolError(`error URI ${show(error)}: ${broken}`);
    const passthru = parsePassthru(callee, "callee", details, this.#features);
    const invocation = this.#table.byRequest(callee, request);
    if (invocation === undefined) return;
    this.#table.release(invocation);
    if (!this.#table.isWanted(invocation)) return;
    this.#table.settle(invocation);
    answer(invocation, payload, passthru, (converted) => ({
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
    for (const invocation of this.#table.invocationsOf(member)) {
      this.#table.release(invocation);
      if (this.#table.isWanted(invocation) && invocation.caller !== member) {
        this.#fail(invocation, "wamp.error.canceled", "callee disconnected from in-flight request");
      }
    }
    for (const invocation of this.#table.callsOf(member)) {
      this.#table.settle(invocation);
      if (this.#canInterrupt(invocation) && invocation.callee.member !== member) {
        this.#interrupt(invocation, "killnowait", "wamp.error.canceled");
      }
    }
    this.#table.leave(member);
  }

  /** Returns the number of calls that wait for an answer from a callee. */
  unansweredBy(callee: Member): number {
    return this.#table.invocationsOf(callee).filter((invocation) => this.#table.isWanted(invocation)).length;
  }

  #canInterrupt({ callee }: Invocation): boolean {
    return this.#features.call_canceling && callee.member.supports("callee", "call_canceling");
  }

  #limit(invocation: Invocation, timeout: number): void {
    invocation.stopTimer = this.#environment.after(timeout, () => {
      this.#fail(invocation, "wamp.error.timeout", `no result within ${timeout} ms`);
      if (this.#canInterrupt(invocation)) this.#interrupt(invocation, "killnowait", "wamp.error.timeout");
    });
  }

  #fail(invocation: Invocation, error: string, text: string): void {
    this.#table.settle(invocation);
    invocation.caller.sendError("CALL", invocation.call, error, text);
  }

  /** Sends INTERRUPT. After `killnowait` the callee need not answer (WAMP, "Call Canceling"); after `kill` its answer goes to the caller. */
  #interrupt(invocation: Invocation, mode: Exclude<CancelMode, "skip">, reason: string): void {
    const { callee, request, interrupted } = invocation;
    invocation.interrupted = true;
    if (!interrupted) callee.member.send({ type: "INTERRUPT", request, options: { mode, reason } });
    if (mode === "killnowait") this.#table.release(invocation);
  }
}

function answer(
  { caller, call }: Invocation,
  payload: Payload,
  passthru: Dict,
  toMessage: (converted: Payload) => RouterMessage,
): void {
  try {
    requirePassthru(caller, "caller", passthru);
    caller.send(toMessage(payloadFor(caller, payload)));
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof EncodeError)) throw error;
    // The callee's details may have no encoding in the caller's serializer either.
    const uri = error instanceof Refusal ? error.uri : "wamp.error.invalid_argument";
    caller.sendError("CALL", call, uri, error.message);
  }
}

/** Converts a payload to a session's serializer. */
function payloadFor(member: Member, payload: Payload): Payload {
  try {
    return member.convert(payload);
  } catch (error) {
    throw new Refusal("wamp.error.invalid_argument", `the arguments cannot be transcoded: ${String(error)}`);
  }
}

function callerDetails({ id, identity }: Member): Dict {
  return { caller: id, caller_authid: identity.authid, caller_authrole: identity.authrole };
}
