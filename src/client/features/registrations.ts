import type { RegistrationHandle } from "../../contract/ids.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import type { Registration } from "../api/registration.js";
import type { RegisterOptions } from "../api/request-options.js";
import { handler as functionCheck, text } from "../errors/checks.js";
import type { Owner } from "../requests/owner.js";
import { createHandleTable } from "./handle-table.js";
import type { HandleEntry } from "./handle-table.js";
import type { Callee } from "./invocations.js";
import { disposable, publicObject } from "./public-object.js";
import { parseOptions } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";

interface LocalRegistration extends HandleEntry, Callee {}

export type Registrations = ReturnType<typeof createRegistrations>;

/** Creates the table of the registrations of this tab. */
export function createRegistrations(tab: TabContext) {
  const table = createHandleTable<RegistrationHandle, LocalRegistration>(
    tab,
    {
      ask: (request, registration, { procedure }, terms) => ({
        kind: "register",
        request,
        registration,
        procedure,
        ...terms,
      }),
      release: (request, registration) => ({ kind: "unregister", request, registration }),
    },
    // Kept until the hub has released it: calls that arrive before that are answered.
    true,
  );

  return {
    ...table,

    /** Registers a procedure; see `Session.register`. */
    register: (
      owner: Owner,
      procedure: string,
      handler: InvocationHandler,
      given: RegisterOptions,
    ): Promise<Registration> =>
      tab.requests.send((request) => {
        text("register(): procedure", procedure);
        functionCheck("register(): handler", handler, given);
        const parsed = parseOptions(tab, "register()", "register", given, tab.defaults.requestTimeout);
        const { match = "exact" } = given;
        const entry = { owner, procedure, handler, options: parsed.options };
        return table.open(request, entry, parsed, (handle) =>
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
        );
      }),
  };
}
