import { isOwnScript } from "./worker-url.js";

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
export interface ScriptTrust {
  /**
   * Returns a TrustedScriptURL, which only TypeScript takes for a string, or the URL itself where there is no policy. Throws a TypeError for
   * a script of another origin.
   */
  trust(url: string): string;
  /** Returns the error with which the browser refused the policy, which matters only if it then refuses the URL too. */
  refusal(): unknown;
}

export function createScriptTrust(): ScriptTrust {
  let policy: Policy | undefined;
  let refusal: unknown;
  return {
    trust: (url) => {
      // Not tried again, because each refusal is reported as a violation.
      if (refusal === undefined) {
        const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
        try {
          policy ??= trustedTypes?.createPolicy(POLICY, { createScriptURL: ownScript });
        } catch (cause) {
          refusal = cause;
        }
      }
      return policy?.createScriptURL(url) ?? ownScript(url);
    },
    refusal: () => refusal,
  };
}

/** Returns a URL of the page's own origin. */
function ownScript(url: string): string {
  if (isOwnScript(url)) return url;
  throw new TypeError("Only scripts of the page's own origin are trusted");
}
