import type { ErrorRecord } from "../../contract/errors.js";
import { optionDifferences } from "../../contract/identity.js";
import type { AttachAnswer, CodecUrl, HubHello, TabHello } from "../../contract/port.js";
import { isClearText, publicUrl } from "../../contract/router-url.js";
import { flag, isRecord, listOf, name, recordOf } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { SessionConfig } from "../../contract/session-config.js";
import { serializerName, sessionRules } from "../../contract/session-rules.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { checkUri } from "../../protocol/uri.js";
import { invalidArgument, invalidType } from "../../connection/error-records.js";
import { contractMismatch, otherCredentials } from "../error-records.js";
import type { Credentials } from "./credentials.js";

/** A hello, or the reason why the tab cannot join any session. */
export type JudgedHello =
  | { readonly hello: TabHello; readonly refusal: undefined }
  | { readonly hello: undefined; readonly refusal: ErrorRecord };

const codecUrls = listOf(
  "URLs of serializers",
  recordOf<CodecUrl>("the URL of a serializer", { serializer: serializerName, url: name }),
);

/**
 * Judges the hello of a tab, of which nothing is trusted: any script of the origin can open a port to the worker.
 * @param isSecure true if the worker was loaded by `https:`
 */
export function judgeHello(hello: unknown, isSecure: boolean): JudgedHello {
  const refused = (refusal: ErrorRecord): JudgedHello => ({ hello: undefined, refusal });
  if (!isRecord(hello)) return refused(invalidType("The hello", hello, "an object"));
  const { contract, tab, session, codecUrls: urls, wasOnline = false, isHidden = false } = hello;
  if (typeof contract !== "number") return refused(invalidType("The contract", contract, "a number"));
  if (contract !== CONTRACT_VERSION) return refused(contractMismatch(contract, CONTRACT_VERSION));
  if (!name.accepts(tab)) return refused(invalidType("The tab", tab, name.expected));
  if (!codecUrls.accepts(urls)) return refused(invalidType("codecUrls", urls, codecUrls.expected));
  if (!flag.accepts(wasOnline)) return refused(invalidType("wasOnline", wasOnline, flag.expected));
  if (!flag.accepts(isHidden)) return refused(invalidType("isHidden", isHidden, flag.expected));
  const refusal = refusalOfFields(session) ?? refusalOfConfig(session as SessionConfig, isSecure);
  return refusal === undefined ? { hello: hello as unknown as TabHello, refusal } : refused(refusal);
}

/** Returns the reason why a value is not a configuration: a missing, unknown or wrong field. */
function refusalOfFields(session: unknown): ErrorRecord | undefined {
  if (!isRecord(session)) return invalidType("The session", session, "an object");
  const unknownName = Object.keys(session).find((field) => !Object.hasOwn(sessionRules, field));
  if (unknownName !== undefined) {
    const expected = `one of the options ${Object.keys(sessionRules).join(", ")}`;
    return invalidArgument("The name of an option", unknownName, expected);
  }
  for (const [field, rule] of Object.entries<Rule>(sessionRules)) {
    const value = Object.hasOwn(session, field) ? session[field] : undefined;
    if (!rule.accepts(value)) return invalidType(`The option ${field}`, value, rule.expected);
  }
  return undefined;
}

/** Returns the reason why fields that are valid each do not make a session. */
function refusalOfConfig(
  { realm, urls, uriRules, access, allowInsecureRouter }: SessionConfig,
  isSecure: boolean,
): ErrorRecord | undefined {
  const broken = checkUri(realm, "realm", uriRules);
  if (broken !== undefined) return invalidArgument("The realm", realm, `a valid URI: ${broken}`);
  // The complete URLs of each tab are tried: they must not lead the session of the others elsewhere.
  const isSame =
    access.urls.length === urls.length && access.urls.every((url, at) => publicUrl(url) === urls[at]);
  if (!isSame) return invalidType("The option access", access, "the same URLs as the option urls");
  const exposed = isSecure && !allowInsecureRouter ? urls.find(isClearText) : undefined;
  // The browser has a rule against this (mixed content), which Chromium does not apply in a SharedWorker.
  return exposed === undefined
    ? undefined
    : invalidArgument(
        "The option url",
        exposed,
        "wss: on a page of https: (clear text across a network needs the option allowInsecureRouter)",
      );
}

/** Returns the reason why a tab cannot join the session with its identity. */
export function refusalToShare(
  { config, credentials }: { readonly config: SessionConfig; readonly credentials: Credentials },
  { session: { auth }, wasOnline }: TabHello,
): ErrorRecord | undefined {
  return credentials.admits(auth, wasOnline) ? undefined : otherCredentials(config.principal, config.realm);
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
