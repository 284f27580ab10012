import type { ErrorRecord } from "../../contract/errors.js";
import { optionDifferences } from "../../contract/identity.js";
import type { AttachAnswer, HubHello, TabHello } from "../../contract/port.js";
import type { SessionConfig } from "../../contract/session-config.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { checkUri } from "../../protocol/uri.js";
import { invalidArgument } from "../../connection/error-records.js";
import { contractMismatch, otherCredentials } from "../error-records.js";
import type { Credentials } from "./credentials.js";

/** Returns the reason why a tab cannot join any session. */
export function refusalOfHello({ contract, session }: TabHello): ErrorRecord | undefined {
  if (contract !== CONTRACT_VERSION) return contractMismatch(contract, CONTRACT_VERSION);
  const { realm, uriRules } = session;
  const broken = checkUri(realm, "realm", uriRules);
  return broken === undefined ? undefined : invalidArgument("The realm", realm, `a valid URI: ${broken}`);
}

/** Returns the reason why a tab cannot join the session with its identity. */
export function refusalToShare(
  { config, credentials }: { readonly config: SessionConfig; readonly credentials: Credentials },
  { auth }: SessionConfig,
): ErrorRecord | undefined {
  return credentials.admits(auth) ? undefined : otherCredentials(config.principal, config.realm);
}

/** Returns the answer to a tab that is refused, and no port. */
export function refuse(error: ErrorRecord): { readonly answer: AttachAnswer; readonly port: undefined } {
  return { answer: { ok: false, contract: CONTRACT_VERSION, error }, port: undefined };
}

/** Returns the answer to a tab that joins, with the options in which it differs from the session. */
export function admit(
  config: SessionConfig,
  requested: SessionConfig,
  state: Omit<HubHello, "contract" | "differences">,
): AttachAnswer {
  const differences = optionDifferences(config, requested);
  return { ok: true, hello: { contract: CONTRACT_VERSION, ...state, differences } };
}
