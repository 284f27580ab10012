/** How strictly URIs are judged (WAMP, "URIs"): the loose rules are a MUST, the strict ones a SHOULD. */
export type UriRules = "loose" | "strict";

export type MatchPolicy = "exact" | "prefix" | "wildcard";

/** What a URI is used for. A pattern may have empty components where its match policy gives them a meaning. */
export type UriUse =
  "topic" | "procedure" | "error" | "realm" | { readonly pattern: Exclude<MatchPolicy, "exact"> };

// Controls and unpaired surrogates go beyond the wording of the specification: routers in other languages count some
// controls as whitespace (Python U+001C to U+001F), JSON would read U+0000 at the start as binary, and an unpaired
// surrogate has no UTF-8. A router may end the session for any of them.
const FORBIDDEN = /[\s#\p{Cc}\p{Cs}]/u;
const STRICT = /^[0-9a-z_.]*$/;

/**
 * Judges a URI that is about to be sent. Returns `undefined` when it is valid, else the broken rule in words.
 * URIs below `wamp.` are not refused: who may use them is not a question of syntax.
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

/** Whether `uri` is matched by `pattern` (WAMP, "Pattern-based Subscriptions"; the same for registrations). */
export function matches(policy: MatchPolicy, pattern: string, uri: string): boolean {
  switch (policy) {
    case "exact":
      return uri === pattern;
    case "prefix":
      // By characters, not by components: `com.app` also matches `com.application`.
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
