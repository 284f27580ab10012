// Strict Content Security Policies for the pages of the consumers.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Own scripts and workers, no `eval`, nothing inline. */
export const strictPolicy =
  "default-src 'none'; worker-src 'self'; connect-src 'self' ws://127.0.0.1:*; img-src data:; script-src 'self'";

/**
 * Makes a policy for a page with an import map, which is inline: without `unsafe-inline` the policy names its hash.
 *
 * @param {string} page
 */
export function policyWithImportMap(page) {
  const [, map = ""] = /<script type="?importmap"?>(.*?)<\/script>/s.exec(readFileSync(page, "utf8")) ?? [];
  const hash = createHash("sha256").update(map).digest("base64");
  return `${strictPolicy} 'sha256-${hash}'`;
}
