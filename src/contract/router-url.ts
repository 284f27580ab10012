/** The rule for a router's URL, in words. */
export const ROUTER_URL = "a URL that begins with ws:// or wss://, without a fragment";

/** Tells whether a value is a URL that `new WebSocket` accepts. */
export function isRouterUrl(value: unknown): value is string {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, href } = new URL(value);
  // An empty fragment is one too, for a WebSocket.
  return ["ws:", "wss:"].includes(protocol) && !href.includes("#");
}

/**
 * Resolves a router's URL as `new WebSocket` does: relative to the page, and `http:` is another name for `ws:` (WHATWG, "WebSockets", the
 * constructor). Returns undefined for a text that cannot be one. An absolute URL with a typing error is none either, although a
 * browser would take "wss//joe:secret@router.example" for a path on the page's own server.
 */
export function resolvedRouterUrl(url: string, base: string | undefined): string | undefined {
  const isAbsolute = /^\s*[a-z][a-z\d+.-]*:/i.test(url);
  const [path = ""] = url.trim().split(/[?#]/);
  const isPath = /^\/(?!\/)/.test(path);
  if (!isAbsolute && !isPath && (path === "" || /@|.\/\//.test(path))) return undefined;
  if (!URL.canParse(url, base)) return undefined;
  const resolved = new URL(url, base).href.replace(/^http/, "ws");
  return isRouterUrl(resolved) ? resolved : undefined;
}

/**
 * Returns a URL without user, password, query and fragment. Identity, stored data, status and messages have only this form, because the
 * other parts may be secrets, and may change from one connection to the next.
 */
export function publicUrl(url: string): string {
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  parsed.search = "";
  parsed.hash = "";
  return parsed.href;
}

/** Appends a query, with or without its question mark, to the URL's own one. */
export function withQuery(url: string, query: string): string {
  const added = query.replace(/^[?&]/, "");
  if (added === "") return url;
  const parsed = new URL(url);
  parsed.search = parsed.search === "" ? added : `${parsed.search}&${added}`;
  return parsed.href;
}

/** Tells whether a connection to the URL crosses a network in clear text; as for mixed content, the loopback interface is no network. */
export function isClearText(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "ws:" && !/^(?:(?:.*\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Characters that a user or a part of a query needs to be a secret: shorter ones are words and numbers that occur everywhere. */
const SHORTEST_SECRET = 4;

/** Returns the parts of a URL that may be secrets, as they are written and as a router may have decoded them. */
export function secretsOfUrl(url: string): readonly string[] {
  const { username, password, search } = new URL(url);
  const query = search.slice(1);
  const values = query.split("&").map((field) => field.slice(field.indexOf("=") + 1));
  const secrets = [query, ...values, username].filter((part) => part.length >= SHORTEST_SECRET);
  return [...secrets, password].flatMap((part) => [part, decoded(part)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
