import type { RegistrationHandle, RequestId } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import { handler as functionCheck, text } from "../requests/checks.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { Handle } from "./handle.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import type { Callee } from "./invocations.js";
import { replay, undo } from "../requests/replay.js";
import { parseCommonOptions, omitUndefined } from "../requests/common-options.js";
import { toWireOptions } from "../requests/wire-options.js";
import type { RegisterOptions } from "../api/request-options.js";
import type { TabContext } from "./tab-context.js";

/** What a page answers calls of. The handle lives on when the connection or the worker is replaced. */
export interface Registration extends AsyncDisposable {
  /** The procedure, or the pattern. */
  readonly procedure: string;
  /** How the procedure matches. */
  readonly match: MatchPolicy;
  /** Whether it stands; false from the moment `unregister()` is called. */
  readonly active: boolean;
  /** Resolves when it is over: with an error if that was not asked for, such as a displacement. Never rejects. */
  readonly ended: Promise<WampMuxError | undefined>;
  /** Lets go of the procedure. Calls that come before the router knows are answered still. A second call gives the same promise. */
  unregister(): Promise<void>;
}

class LocalRegistration extends Handle implements Registration, Callee {
  readonly procedure: string;
  readonly match: MatchPolicy;
  readonly handler: InvocationHandler;
  /** Options of the REGISTER. */
  readonly options: Dict;

  constructor(
    asked: { procedure: string; match: MatchPolicy; handler: InvocationHandler; options: Dict },
    release: () => Promise<void>,
  ) {
    super(release);
    this.procedure = asked.procedure;
    this.match = asked.match;
    this.handler = asked.handler;
    this.options = asked.options;
  }

  unregister(): Promise<void> {
    return this.undo();
  }
}

/** The registrations of this page. */
export class Registrations {
  readonly #open = new Map<RegistrationHandle, LocalRegistration>();
  #last = 0;
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  get size(): number {
    return this.#open.size;
  }

  async register(
    procedure: string,
    handler: InvocationHandler,
    options: RegisterOptions,
  ): Promise<Registration> {
    text("register(): procedure", procedure);
    functionCheck("register(): handler", handler);
    const { requestTimeout, offline } = this.#tab.defaults;
    const manner = parseCommonOptions("register()", options, { timeout: requestTimeout, offline });
    const { match = "exact" } = options;
    const registerOptions = { ...manner.wire, ...wireOptions(options) };

    const id = this.#nextHandle();
    const release = (): Promise<void> => this.#release(id);
    const registration = new LocalRegistration(
      { procedure, match, handler, options: registerOptions },
      release,
    );
    // Before the answer: an invocation may be delivered together with it.
    this.#open.set(id, registration);
    try {
      return await this.#tab.requests.ask({
        make: (request) => ({
          kind: "register",
          request,
          registration: id,
          procedure,
          options: registerOptions,
          timeout: manner.timeout,
          offline: manner.offline,
        }),
        answer: () => registration,
        accepted: () => registration.established(),
        signal: manner.signal,
        late: () => void release().catch(this.#tab.report),
      });
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
  }

  callee(id: RegistrationHandle): Callee | undefined {
    return this.#open.get(id);
  }

  /** It ended without the application's asking. */
  ended(id: RegistrationHandle, error: WampMuxError): void {
    const registration = this.#open.get(id);
    this.#open.delete(id);
    registration?.end(error);
  }

  /** The worker is lost: what it had is asked of the next one. */
  replay(): void {
    for (const [id, registration] of this.#open) {
      const { procedure, options } = registration;
      const make = (request: RequestId): AnsweredRequest => ({
        kind: "register",
        request,
        registration: id,
        replayed: true,
        procedure,
        options,
        timeout: 0,
        offline: "wait",
      });
      void replay(this.#tab.requests, registration, make).then((error) => {
        if (error !== undefined) this.ended(id, error);
      });
    }
  }

  /** The session is over. */
  close(error: WampMuxError | undefined): void {
    for (const registration of this.#open.values()) registration.end(error);
    this.#open.clear();
  }

  /** Stays open until the hub has let go of it: calls that come before are answered. */
  async #release(id: RegistrationHandle): Promise<void> {
    try {
      await undo(this.#tab.requests, (request) => ({ kind: "unregister", request, registration: id }));
    } finally {
      this.#open.delete(id);
    }
  }

  #nextHandle(): RegistrationHandle {
    this.#last += 1;
    return this.#last as RegistrationHandle;
  }
}

/** Leaves the defaults out: a router without the features does not know the options. */
function wireOptions(options: RegisterOptions): Dict {
  const { match, invoke, ...others } = toWireOptions("register()", "register", options);
  return omitUndefined({
    match: match === "exact" ? undefined : match,
    invoke: invoke === "single" ? undefined : invoke,
    ...others,
  });
}
