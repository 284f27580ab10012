import type { ErrorRecord } from "../../contract/errors.js";
import type { TabId } from "../../contract/ids.js";
import { literalSecret, optionDifferences, sameCredentials } from "../../contract/identity.js";
import { algorithmNames } from "../../contract/port.js";
import type { AlgorithmUrl, AttachAnswer, CodecUrl, HubHello, TabHello } from "../../contract/port.js";
import { isClearText, publicUrl, withQuery } from "../../contract/router-url.js";
import { exactly, flag, isRecord, listOf, name, oneOf, optional, secret } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import { choiceName } from "../../contract/session-config.js";
import type {
  AuthConfig,
  ConnectConfig,
  SerializerChoice,
  SessionConfig,
} from "../../contract/session-config.js";
import { authRule, connectRule, serializerName } from "../../contract/session-rules.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { invalidArgument, invalidType } from "../../connection/error-records.js";
import type { Refusal } from "../../connection/gate/refusal.js";
import { refusalOfUri } from "../../connection/gate/judge-request.js";
import { refusalOf } from "../../connection/judge.js";
import { contractMismatch, otherCredentials } from "../error-records.js";
import type { Logins } from "./logins.js";

/** A hello whose options have become the configuration of a session. */
export interface JudgedHello extends Omit<TabHello, "session"> {
  readonly session: SessionConfig;
  /** True if the application of this tab judges the reasons for which connections end. */
  readonly judges?: boolean;
}

const helloRule = exactly<TabHello>({
  contract: { expected: "a number", accepts: (value) => typeof value === "number" },
  tab: secret(name as Rule<TabId>),
  // They have a place of their own in errors.
  session: { expected: "options", accepts: (_value): _value is ConnectConfig => true },
  codecUrls: secret(
    listOf(
      "URLs of serializers",
      exactly<CodecUrl>({ serializer: secret(serializerName), url: secret(name) }),
    ),
  ),
  algorithmUrls: secret(
    optional(
      listOf(
        "URLs of algorithms",
        exactly<AlgorithmUrl>({ algorithm: secret(oneOf(...algorithmNames)), url: secret(name) }),
      ),
    ),
  ),
  former: secret(
    optional(listOf("lists of authentication methods", authRule([]) as Rule<readonly AuthConfig[]>)),
  ),
  wasOnline: secret(optional(flag)),
  isHidden: secret(optional(flag)),
  isOffline: secret(optional(flag)),
  unreadable: secret(optional(listOf("serializers", serializerName))),
});

/**
 * Judges the hello of a tab, of which nothing is trusted: any script of the origin can open a port to the worker.
 * @param isSecure true if the worker was loaded by `https:`
 */
export function judgeHello(hello: unknown, isSecure: boolean): JudgedHello | Refusal {
  const { contract, session } = isRecord(hello) ? hello : {};
  // Another version may have other fields.
  if (typeof contract === "number" && contract !== CONTRACT_VERSION)
    return { refused: contractMismatch(contract, CONTRACT_VERSION) };
  const refused = refusalOf("The hello", hello, helloRule) ?? refusalOfOptions(session, isSecure);
  if (refused !== undefined) return { refused };
  const options = session as ConnectConfig;
  return { ...(hello as TabHello), session: toConfig(options), judges: options.isFatal === "ask" };
}

/**
 * Returns the reason why values are not the options of `connect`: a missing, unknown or wrong one, or two that do not fit together.
 * @param isSecure true if the page was loaded by `https:`; false if another hello of the page was judged by that
 */
export function refusalOfOptions(options: unknown, isSecure = false): ErrorRecord | undefined {
  return refusalOf(OPTIONS, options, connectRule) ?? refusalOfAll(options as ConnectConfig, isSecure);
}

/** Returns the reason why another `connect()` of a page cannot have a part in the session of the page. */
export function refusalOfLease({
  stands,
  options,
}: {
  readonly stands: ConnectConfig;
  readonly options: ConnectConfig;
}): ErrorRecord | undefined {
  const refusal = refusalOfOptions(stands) ?? refusalOfOptions(options);
  if (refusal !== undefined) return refusal;
  const standing = methodsOf(stands);
  const secretOf = (method: string): string | undefined =>
    standing.filter((each) => each.method === method).map(literalSecret)[0];
  if (sameCredentials(standing, methodsOf(options), secretOf)) return undefined;
  return otherCredentials(stands.principal, stands.realm);
}

const OPTIONS = "connect(): options";

/** Returns the reason why options that are valid each do not make a session. */
function refusalOfAll(options: ConnectConfig, isSecure: boolean): ErrorRecord | undefined {
  const { realm, url, uriRules, retry, allowInsecureRouter } = options;
  const wrongRealm = refusalOfUri(`${OPTIONS}.realm`, realm, "realm", uriRules);
  if (wrongRealm !== undefined) return wrongRealm;
  const methods = methodsOf(options);
  const wrongMethods = refusalOfMethods(`${OPTIONS}.auth`, methods);
  if (wrongMethods !== undefined) return wrongMethods;
  const { initialDelay, maxDelay } = retry;
  if (maxDelay < initialDelay) {
    const expected = `no less than options.retry.initialDelay, ${initialDelay}`;
    return invalidArgument(`${OPTIONS}.retry.maxDelay`, maxDelay, expected);
  }
  const exposed = isSecure && !allowInsecureRouter ? url.find(isClearText) : undefined;
  // The browser has a rule against this (mixed content), which Chromium does not apply in a SharedWorker.
  return exposed === undefined
    ? undefined
    : invalidArgument(
        `${OPTIONS}.url`,
        publicUrl(exposed),
        "wss: on a page of https: (clear text across a network needs the option allowInsecureRouter)",
      );
}

function refusalOfMethods(where: string, methods: readonly AuthConfig[]): ErrorRecord | undefined {
  const [first] = methods;
  const isRepeated = new Set(methods.map(({ method }) => method)).size < methods.length;
  return isRepeated || methods.some(({ authid }) => authid !== first?.authid)
    ? invalidType(where, methods, "different methods with one authid, since HELLO has one")
    : undefined;
}

/** Returns the reason why credentials cannot be those of a session. */
export function refusalOfLogin({ auth }: { readonly auth: unknown }): ErrorRecord | undefined {
  const where = "reauthenticate(): auth";
  return (
    refusalOf(where, auth, authRule(auth)) ??
    refusalOfMethods(where, methodsOf({ auth: auth as ConnectConfig["auth"] }))
  );
}

/** Returns the authentication methods of a tab. */
export function methodsOf({ auth }: Pick<ConnectConfig, "auth">): readonly AuthConfig[] {
  return Array.isArray(auth) ? (auth as readonly AuthConfig[]) : [auth as AuthConfig];
}

/** Returns the configuration of a session with these options, which have been judged. The options of the tab alone are left out. */
function toConfig(options: ConnectConfig): SessionConfig {
  const {
    url,
    query,
    isFatal: _isFatal,
    workerUrl: _worker,
    attachTimeout: _attach,
    callTimeout: _call,
    offline: _offline,
    ...shared
  } = options;
  const added = query === undefined || query === "ask" ? "" : query.literal;
  return {
    ...shared,
    auth: methodsOf(options),
    serializers: shared.serializers.filter(isFirst),
    urls: url.map(publicUrl),
    access: { urls: url.map((each) => withQuery(each, added)), ...(query === "ask" && { query }) },
  };
}

/** Tells whether no earlier choice names the same serializer. */
function isFirst(choice: SerializerChoice, index: number, all: readonly SerializerChoice[]): boolean {
  return all.findIndex((each) => choiceName(each) === choiceName(choice)) === index;
}

/** Returns the reason why a tab cannot join the session with its identity. */
export function refusalToShare(
  { config, logins }: { readonly config: SessionConfig; readonly logins: Logins },
  { session: { auth }, wasOnline }: JudgedHello,
): ErrorRecord | undefined {
  return logins.admits(auth, wasOnline) ? undefined : otherCredentials(config.principal, config.realm);
}

/** Returns the answer to a tab that is refused, and no port. */
export function refuse(error: ErrorRecord): { readonly answer: AttachAnswer; readonly port: undefined } {
  return { answer: { ok: false, contract: CONTRACT_VERSION, error }, port: undefined };
}

/** Returns the answer to a tab that joins, with the options in which it differs from the session. */
export function admit(
  { config, logins }: { readonly config: SessionConfig; readonly logins: Logins },
  requested: SessionConfig,
  state: Omit<HubHello, "contract" | "differences">,
): AttachAnswer {
  const isFormer = logins.isFormer(requested.auth);
  const differences = [
    ...optionDifferences(isFormer ? { ...config, auth: requested.auth } : config, requested),
    ...(isFormer ? ["auth is that of reauthenticate(), the tab asked for an earlier one"] : []),
  ];
  return { ok: true, hello: { contract: CONTRACT_VERSION, ...state, differences } };
}
