/** The rules for checking URIs (WAMP, "URIs"): the loose rules are a MUST, the strict rules a SHOULD. */
export type UriRules = "loose" | "strict";

export type MatchPolicy = "exact" | "prefix" | "wildcard";

/** The use of a URI. A pattern may have empty components where its match policy gives them a meaning. */
export type UriUse =
  "topic" | "procedure" | "error" | "realm" | { readonly pattern: Exclude<MatchPolicy, "exact"> };

// The specification does not mention control characters and unpaired surrogates. But routers in other languages treat some control
// characters as whitespace (Python: U+001C to U+001F), JSON would read a leading U+0000 as binary data, and an unpaired surrogate cannot
// be encoded in UTF-8. A router may end the session over any of them.
const FORBIDDEN = /[\s#\p{Cc}\p{Cs}]/u;
const STRICT = /^[0-9a-z_.]*$/;

/**
 * Checks a URI before it is sent. Returns `undefined` if it is valid, otherwise the broken rule in words. URIs below `wamp.` are
 * accepted: the permission to use them is not a question of syntax.
 */
export function checkUri(uri: string, use: UriUse, rules: UriRules): string | undefined {
  if (FORBIDDEN.test(uri)) {
    return 'a URI must not contain whitespace, control characters, "#" or unpaired surrogates';
  }
  if (rules === "strict" && !STRICT.test(uri)) {
    return 'by the strict rules a URI has only lower-case letters, digits, "_" and "."';
  }
  if (typeof use === "object") {
    if (use.pattern === "prefix" && (uri.startsWith(".") || uri.includes(".."))) {
      return "only the last component of a prefix pattern may be empty";
    }
    return undefined;
  }
  if (uri === "") return "a URI must not be empty";
  if (uri.startsWith(".") || uri.endsWith(".") || uri.includes("..")) {
    return "a URI must not have empty components";
  }
  return undefined;
}

/** Tells whether `pattern` matches `uri` (WAMP, "Pattern-based Subscriptions"; registrations match the same way). */
export function matches(policy: MatchPolicy, pattern: string, uri: string): boolean {
  switch (policy) {
    case "exact":
      return uri === pattern;
    case "prefix":
      // A prefix counts characters, not components: `com.app` also matches `com.application`.
      return uri.startsWith(pattern);
    case "wildcard": {
      const wanted = pattern.split(".");
      const given = uri.split(".");
      return (
        wanted.length === given.length && wanted.every((part, index) => part === "" || part === given[index])
      );
    }
  }
}
