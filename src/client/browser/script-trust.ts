/** The part of Trusted Types that is used here; not in TypeScript's library yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

interface Policy {
  createScriptURL(url: string): string;
}

/** Name of the Trusted Types policy, for the directive `trusted-types` of a Content Security Policy. */
export const POLICY = "wamp-mux";

/**
 * Trusts URLs of worker scripts on behalf of the package, where a Content Security Policy demands it (`require-trusted-types-for
 * 'script'`). One per page, because a policy can be created only once.
 */
export class ScriptTrust {
  #policy: Policy | undefined;
  /** The error with which the browser refused the policy, which matters only if it then refuses the URL too. */
  refusal: unknown;

  /** Returns a TrustedScriptURL, which only TypeScript takes for a string, or the URL itself where there is no policy. */
  trust(url: string): string {
    return (this.#policy ?? this.#create())?.createScriptURL(url) ?? url;
  }

  #create(): Policy | undefined {
    const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
    // Not tried again, because each refusal is reported as a violation.
    if (trustedTypes === undefined || this.refusal !== undefined) return undefined;
    try {
      return (this.#policy = trustedTypes.createPolicy(POLICY, { createScriptURL: ownScript }));
    } catch (cause) {
      this.refusal = cause;
      return undefined;
    }
  }
}

/** Returns a URL of the page's own origin. */
function ownScript(url: string): string {
  if (new URL(url, location.href).origin === new URL(location.href).origin) return url;
  throw new TypeError("Only scripts of the page's own origin are trusted");
}
