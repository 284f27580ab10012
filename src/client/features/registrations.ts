import type { RegistrationHandle } from "../../contract/ids.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import type { Registration } from "../api/registration.js";
import type { RegisterOptions } from "../api/request-options.js";
import type { Owner } from "../requests/owner.js";
import { createHandleTable } from "./handle-table.js";
import { disposable, publicObject } from "./public-object.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";

export type Registrations = ReturnType<typeof createRegistrations>;

/** Creates the table of the registrations of this tab. */
export function createRegistrations(tab: TabContext) {
  const table = createHandleTable<RegistrationHandle, InvocationHandler>(tab, {
    method: "register()",
    parameter: "procedure",
    ask: (request, registration, procedure, terms) => ({
      kind: "register",
      request,
      registration,
      procedure,
      ...terms,
    }),
    release: (request, registration) => ({ kind: "unregister", request, registration }),
    // Kept until the hub has released it: calls that arrive before that are answered.
    openWhileReleasing: true,
  });

  return {
    ...table,

    /** Registers a procedure; see `Session.register`. */
    register: (
      owner: Owner,
      procedure: string,
      handler: InvocationHandler,
      given: OptionsArguments<RegisterOptions>,
    ): Promise<Registration> =>
      table.open(owner, procedure, handler, given, (handle, match) =>
        publicObject("Registration", {
          procedure,
          match,
          get active() {
            return handle.active;
          },
          ended: handle.ended,
          unregister: handle.release,
          ...disposable(handle.release),
        }),
      ),
  };
}
