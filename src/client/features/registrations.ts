import type { RegistrationHandle, RequestId } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import type { Registration } from "../api/registration.js";
import type { RegisterOptions } from "../api/request-options.js";
import { handler as functionCheck, text } from "../errors/checks.js";
import type { Owner } from "../requests/owner.js";
import { parseOptions } from "../requests/parse-options.js";
import type { OptionsArguments, OptionsMessage } from "../requests/parse-options.js";
import { HandleTable } from "./handle-table.js";
import type { OwnedEntry } from "./handle-table.js";
import type { Callee } from "./invocations.js";
import { disposable, publicObject } from "./public-object.js";
import type { TabContext } from "./tab-context.js";

interface LocalRegistration extends OwnedEntry, Callee {
  /** The options of the REGISTER. */
  readonly message: OptionsMessage;
}

/** Holds the registrations of this tab. */
export class Registrations extends HandleTable<RegistrationHandle, LocalRegistration> {
  constructor(tab: TabContext) {
    super(
      tab,
      {
        replay: (request, registration, { procedure, message }) => ({
          kind: "register",
          request,
          registration,
          replayed: true,
          procedure,
          ...message,
          timeout: 0,
          offline: "wait",
        }),
        release: (request, registration) => ({ kind: "unregister", request, registration }),
      },
      // Kept until the hub has released it: calls that arrive before that are answered.
      true,
    );
  }

  /** Registers a procedure; see `Session.register`. */
  async register(
    owner: Owner,
    procedure: string,
    handler: InvocationHandler,
    options: OptionsArguments<RegisterOptions>,
  ): Promise<Registration> {
    text("register(): procedure", procedure);
    functionCheck("register(): handler", handler, options[0]);
    const { requestTimeout, offline } = this.tab.defaults;
    const parsed = parseOptions("register()", options, { timeout: requestTimeout, offline });
    const { match = "exact" } = parsed.all;
    const { message } = parsed;
    const make = (
      request: RequestId,
      registration: RegistrationHandle,
      timeout: number,
    ): AnsweredRequest => ({ kind: "register", request, registration, procedure, timeout, ...message });
    const handle = await this.open({ owner, procedure, handler, message }, make, parsed);
    return publicObject("Registration", {
      procedure,
      match,
      get active() {
        return handle.active;
      },
      ended: handle.ended,
      unregister: handle.release,
      ...disposable(handle.release),
    });
  }

  /** Returns the callee of a registration, unless the tab has released it. */
  callee(id: RegistrationHandle): Callee | undefined {
    return this.get(id);
  }
}
