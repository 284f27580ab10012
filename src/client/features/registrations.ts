import type { RegistrationHandle, RequestId } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import type { Registration } from "../api/registration.js";
import type { RegisterOptions } from "../api/request-options.js";
import { handler as functionCheck, text } from "../errors/checks.js";
import { parseCommonOptions } from "../requests/common-options.js";
import type { Owner } from "../requests/owner.js";
import { toWireOptions } from "../requests/wire-options.js";
import { HandleTable } from "./handle-table.js";
import type { OwnedEntry } from "./handle-table.js";
import type { Callee } from "./invocations.js";
import { disposable, publicObject } from "./public-object.js";
import type { TabContext } from "./tab-context.js";

interface LocalRegistration extends OwnedEntry, Callee {
  /** Options of the REGISTER. */
  readonly options: Dict;
}

/** Holds the registrations of this tab. */
export class Registrations extends HandleTable<RegistrationHandle, LocalRegistration> {
  constructor(tab: TabContext) {
    super(
      tab,
      {
        replay: (request, registration, { procedure, options }) => ({
          kind: "register",
          request,
          registration,
          replayed: true,
          procedure,
          options,
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
    settings: RegisterOptions,
  ): Promise<Registration> {
    text("register(): procedure", procedure);
    functionCheck("register(): handler", handler);
    const { requestTimeout, offline } = this.tab.defaults;
    const common = parseCommonOptions("register()", settings, { timeout: requestTimeout, offline });
    const { match = "exact" } = settings;
    const options = { ...common.wire, ...toWireOptions("register()", "register", settings) };
    const make = (
      request: RequestId,
      registration: RegistrationHandle,
      timeout: number,
    ): AnsweredRequest => ({
      kind: "register",
      request,
      registration,
      procedure,
      options,
      timeout,
      offline: common.offline,
    });
    const handle = await this.open({ owner, procedure, handler, options }, make, common);
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
