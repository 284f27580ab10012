import type { RequestId } from "../../contract/ids.js";
import { printed } from "../../contract/identity.js";
import type { Notice } from "../../contract/notices.js";
import type { Question, TabHello } from "../../contract/port.js";
import type { ConnectConfig } from "../../contract/session-config.js";
import type { GivenAuth, Login, Settings } from "./settings.js";

/** The notice that the session has other credentials. */
export type IdentityNotice = Extract<Notice, { readonly kind: "identity" }>;

/** The credentials of this tab's session, as far as this tab has them: those of `connect()`, until `reauthenticate()` is called in a tab. */
export interface Identity {
  /** Returns the options for the next hello, with the present credentials. */
  hello(): Pick<TabHello, "session"> & Pick<Partial<TabHello>, "former">;
  /** Returns the options of the session beside which others are judged: a further `connect()` may repeat the first or have the new credentials. */
  standingFor(options: ConnectConfig): ConnectConfig;
  /** Returns the credentials for which a lease is asked. */
  readonly methodsFor: (question: Question, lease: Settings) => readonly GivenAuth[];
  /** Offers credentials to the hub. */
  offer(request: RequestId, login: Login): void;
  /** Forgets credentials that were offered in vain. */
  withdraw(request: RequestId): void;
  /** Takes over what the hub tells. */
  readonly told: (notice: IdentityNotice) => void;
}

export function createIdentity({ options }: Settings): Identity {
  /** Undefined while it is that of each lease's own `connect()`. */
  let current: Login | undefined;
  /** The credentials in the hello to the present hub. */
  let presented: Login | undefined;
  let former: TabHello["former"];
  /** The offer that the session has its credentials from, if they are from this tab. */
  let accepted: RequestId | undefined;
  const offered = new Map<RequestId, Login>();

  const present = (): ConnectConfig => (current === undefined ? options : { ...options, auth: current.auth });

  return {
    hello() {
      presented = current;
      return { session: present(), ...(former && { former }) };
    },
    standingFor: ({ auth }) => (printed(auth) === printed(options.auth) ? options : present()),
    methodsFor: ({ login }, lease) =>
      // Never those of another login: its secret would go to the router in the name of this one.
      login === undefined ? (presented ?? lease.credentials).methods : (offered.get(login)?.methods ?? []),
    offer: (request, login) => void offered.set(request, login),
    withdraw: (request) => {
      if (request !== accepted) offered.delete(request);
    },
    told: ({ auth, former: earlier, request }) => {
      // Without what is secret of them, if another tab has given them.
      current = (request && offered.get(request)) ?? { auth, methods: [] };
      former = earlier;
      // Others may be judged yet, and are withdrawn if they are refused.
      if (accepted !== undefined && accepted !== request) offered.delete(accepted);
      accepted = request;
    },
  };
}
