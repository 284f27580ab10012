import { matches } from "../../protocol/uri.js";
import type { MatchPolicy } from "../../protocol/uri.js";

/** Entries by match policy and pattern; the same pattern under two policies is two entries. */
export class PatternTable<Entry> {
  readonly #exact = new Map<string, Entry>();
  readonly #prefix = new Map<string, Entry>();
  readonly #wildcard = new Map<string, Entry>();

  get size(): number {
    return this.#exact.size + this.#prefix.size + this.#wildcard.size;
  }

  get(match: MatchPolicy, pattern: string): Entry | undefined {
    return this.#table(match).get(pattern);
  }

  set(match: MatchPolicy, pattern: string, entry: Entry): void {
    this.#table(match).set(pattern, entry);
  }

  delete(match: MatchPolicy, pattern: string): void {
    this.#table(match).delete(pattern);
  }

  /** Returns every entry that matches. */
  matching(uri: string): Entry[] {
    const found: Entry[] = [];
    const exact = this.#exact.get(uri);
    if (exact !== undefined) found.push(exact);
    for (const [pattern, entry] of this.#prefix) if (matches("prefix", pattern, uri)) found.push(entry);
    for (const [pattern, entry] of this.#wildcard) if (matches("wildcard", pattern, uri)) found.push(entry);
    return found;
  }

  /** Returns the best match: exact, else the longest prefix, else the wildcard (WAMP, "Pattern-based Registrations"). */
  best(uri: string): Entry | undefined {
    return this.#exact.get(uri) ?? this.#longestPrefix(uri) ?? this.#closestWildcard(uri);
  }

  #longestPrefix(uri: string): Entry | undefined {
    let best: { pattern: string; entry: Entry } | undefined;
    for (const [pattern, entry] of this.#prefix) {
      if (matches("prefix", pattern, uri) && pattern.length >= (best?.pattern.length ?? 0)) {
        best = { pattern, entry };
      }
    }
    return best?.entry;
  }

  #closestWildcard(uri: string): Entry | undefined {
    let best: { shape: string; entry: Entry } | undefined;
    for (const [pattern, entry] of this.#wildcard) {
      if (!matches("wildcard", pattern, uri)) continue;
      // All matching patterns have the same number of components: the one with more leading components defined wins.
      const shape = pattern
        .split(".")
        .map((component) => (component === "" ? "0" : "1"))
        .join("");
      if (shape >= (best?.shape ?? "")) best = { shape, entry };
    }
    return best?.entry;
  }

  #table(match: MatchPolicy): Map<string, Entry> {
    switch (match) {
      case "exact":
        return this.#exact;
      case "prefix":
        return this.#prefix;
      case "wildcard":
        return this.#wildcard;
    }
  }
}
