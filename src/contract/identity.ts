import type { AuthConfig, ConnectConfig, SessionConfig } from "./session-config.js";

/** The options that identify a session. */
export type SessionIdentity = Pick<SessionConfig, "urls" | "realm" | "principal">;

/**
 * Returns the key of a session in tables and stores. It is unambiguous: the data of one principal is never found under another. The URLs
 * are the public ones, so that a refreshed token is the same session, and no key contains one.
 */
export function sessionKey({ urls, realm, principal }: SessionIdentity): string {
  return JSON.stringify([urls, realm, principal]);
}

/** Returns the secret that a tab passed as a value; undefined if there is none or if the application is asked for one. */
export function literalSecret({ secret }: AuthConfig): string | undefined {
  return typeof secret === "object" ? secret.literal : undefined;
}

/**
 * Tells whether a tab that authenticates with `asked` may join a session that authenticates with `stands`: by the same methods, as the
 * same identity, and without a different literal secret. A secret that the application is asked for cannot be compared.
 * @param knownOf returns the session's secret for a method, as far as it is known
 */
export function sameCredentials(
  stands: readonly AuthConfig[],
  asked: readonly AuthConfig[],
  knownOf: (method: string) => string | undefined,
): boolean {
  if (identityOf(stands) !== identityOf(asked)) return false;
  return asked.every((auth) => {
    const literal = literalSecret(auth);
    const known = knownOf(auth.method);
    return literal === undefined || known === undefined || literal === known;
  });
}

/** Returns a text that is the same for all credentials of one identity by the same methods. */
export function identityOf(auth: readonly AuthConfig[]): string {
  return JSON.stringify(
    auth.map(({ method, authid, authrole, sign, authextra }) => [
      method,
      authid,
      authrole,
      sign !== undefined,
      // It may name the key that signs.
      sign && authextra,
    ]),
  );
}

/** Returns the credentials as a tab has them that did not bring them itself: without what is secret of them. */
export function withoutSecrets(auth: readonly AuthConfig[]): readonly AuthConfig[] {
  return auth.map(({ secret, sign, ...others }) => ({
    ...others,
    ...(secret !== undefined && { secret: "none" as const }),
    ...(sign !== undefined && { sign: "none" as const }),
  }));
}

/** Options that identify the session, or may contain secrets. */
const HIDDEN = ["auth", "access", "url", "query", "hello"];

/** Describes the options in which a joining tab differs from the session, without the values of those that may contain secrets. */
export function optionDifferences(stands: object, asked: object): string[] {
  const wanted = new Map(Object.entries(asked));
  const names = Object.keys({ ...stands, ...asked }).filter((name) => !HIDDEN.includes(name));
  const standing = new Map(Object.entries(stands));
  const shown = names.flatMap((name) => {
    const [value, other] = [printed(standing.get(name)), printed(wanted.get(name))];
    return value === other
      ? []
      : [`${name} is ${withoutQueries(value)}, the tab asked for ${withoutQueries(other)}`];
  });
  const [hidden, others] = [partsOfHello(stands), partsOfHello(asked)];
  const differing = Object.keys(hidden).filter((name) => printed(hidden[name]) !== printed(others[name]));
  return [...shown, ...differing.map((name) => `${name} has other members than the tab asked for`)];
}

/** Returns an option as a text without the queries of the URLs in it, which may hold secrets. */
function withoutQueries(option: string | undefined): string {
  return String(option).replace(/("url":"[^"?#]*)[^"]*/g, "$1");
}

/** Returns the options that the application adds to HELLO. */
function partsOfHello({ hello, auth = [] }: Partial<Pick<ConnectConfig, "hello" | "auth">>): {
  readonly [name: string]: unknown;
} {
  return { hello, "auth.authextra": [auth].flat().map(({ authextra = {} }) => authextra) };
}

/** Returns options as a text, by which they are compared; JSON would write some numbers like null. */
export function printed(options: unknown): string | undefined {
  return JSON.stringify(options, (_name, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}
