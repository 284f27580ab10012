import type { PassthruMessage, PayloadContent } from "../api/passthru.js";
import { ciphers } from "./ciphers.js";
import type { CipherName } from "./key-material.js";

/** The messages that are encrypted. */
export interface EncryptionRule {
  /** The procedure or topic, or its beginning with `match: "prefix"`. */
  readonly uri: string;
  /**
   * The policy by which the URI is matched.
   * @default "exact"
   */
  readonly match?: "exact" | "prefix" | undefined;
  /**
   * The kinds of messages. Calls without `"result"` and `"error"` are answered as the callee likes.
   * @default all
   */
  readonly content?: readonly PayloadContent[] | undefined;
  /**
   * The directions, seen from this tab.
   * @default both
   */
  readonly direction?: "send" | "receive" | undefined;
  /**
   * Refuses messages that arrive without encryption; `false` accepts them, while peers learn to encrypt. This tab sends nothing without
   * it in either case.
   * @default true
   */
  readonly required?: boolean | undefined;
  /**
   * The cipher of what this tab sends. It reads both.
   * @default "xsalsa20poly1305"
   */
  readonly cipher?: CipherName | undefined;
}

const CONTENTS: readonly unknown[] = ["call", "event", "result", "error"] satisfies PayloadContent[];

/** The values that each field of a rule may have. */
const accepts: Readonly<Record<keyof EncryptionRule, (value: unknown) => boolean>> = {
  uri: (value) => typeof value === "string" && value !== "",
  match: (value) => [undefined, "exact", "prefix"].includes(value as undefined),
  content: (value) =>
    value === undefined ||
    (Array.isArray(value) && value.length > 0 && value.every((each) => CONTENTS.includes(each))),
  direction: (value) => [undefined, "send", "receive"].includes(value as undefined),
  required: (value) => [undefined, true, false].includes(value as undefined),
  cipher: (value) => value === undefined || ciphers.has(value as string),
};

/** Returns the first mistake in a rule: what it is, and what was expected. */
export function mistakeIn(rule: unknown): [value: string, expected: string] | undefined {
  if (typeof rule !== "object" || rule === null) return [String(rule), "an object"];
  const fields = rule as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(accepts, name));
  const known = Object.keys(accepts) as (keyof EncryptionRule)[];
  if (unknown !== undefined) return [`with the field ${unknown}`, `the fields ${known.join(", ")}`];
  const wrong = known.find((name) => !accepts[name](fields[name]));
  return (
    wrong && [`with ${wrong}: ${JSON.stringify(fields[wrong])}`, "the values that EncryptionRule describes"]
  );
}

/**
 * Returns the rule for a message: the first one for its URI, or the first one for the pattern if that requires more. A router may name any
 * URI that matches a pattern, also one that a more permissive rule is for.
 */
export function ruleFor(
  rules: readonly EncryptionRule[],
  { content, uri, pattern = uri }: PassthruMessage,
  direction: "send" | "receive",
): EncryptionRule | undefined {
  const first = (given: string): EncryptionRule | undefined =>
    rules.find(
      (rule) =>
        (rule.content ?? [content]).includes(content) &&
        (rule.direction ?? direction) === direction &&
        (rule.match === "prefix" ? given.startsWith(rule.uri) : given === rule.uri),
    );
  const own = first(uri);
  const general = first(pattern);
  return isStrict(own) || !isStrict(general) ? (own ?? general) : general;
}

/** Tells whether a rule refuses messages that arrive without encryption. */
export function isStrict(rule: EncryptionRule | undefined): boolean {
  return rule !== undefined && rule.required !== false;
}
