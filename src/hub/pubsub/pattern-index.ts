import type { MatchPolicy } from "../../contract/request-options.js";

/** A pattern that is subscribed to: a topic with its match policy. */
export interface Pattern {
  readonly match: Exclude<MatchPolicy, "exact">;
  readonly topic: string;
}

/**
 * Finds the patterns that can match a topic without looking at each of them. A topic is matched by at most one prefix of each length, and
 * by at most one wildcard pattern of each shape, which is the places of its empty components; the index knows the lengths and shapes in use.
 */
export function createPatternIndex() {
  /** Number of prefix patterns, by their length. */
  const prefixes = new Map<number, number>();
  /** Number of wildcard patterns, by their shape: a text with one character for each component. */
  const shapes = new Map<string, number>();

  const change = ({ match, topic }: Pattern, by: 1 | -1): void => {
    if (match === "prefix") count(prefixes, topic.length, by);
    else count(shapes, shapeOf(topic), by);
  };

  return {
    add: (pattern: Pattern): void => change(pattern, 1),

    /** Removes a pattern; throws if there is none of its length or shape. */
    remove: (pattern: Pattern): void => change(pattern, -1),

    /** Returns the patterns that match the topic if they exist: one for each length or shape in use. */
    *candidates(topic: string): Iterable<Pattern> {
      for (const length of prefixes.keys()) {
        if (length <= topic.length) yield { match: "prefix", topic: topic.slice(0, length) };
      }
      const components = shapes.size === 0 ? [] : topic.split(".");
      for (const shape of shapes.keys()) {
        if (shape.length !== components.length) continue;
        const pattern = components.map((component, place) => (shape[place] === WILD ? "" : component));
        yield { match: "wildcard", topic: pattern.join(".") };
      }
    },
  };
}

const WILD = "*";

function shapeOf(pattern: string): string {
  return pattern
    .split(".")
    .map((component) => (component === "" ? WILD : "-"))
    .join("");
}

function count<Key>(counts: Map<Key, number>, key: Key, change: 1 | -1): void {
  const left = (counts.get(key) ?? 0) + change;
  if (left < 0) throw new Error(`There is no pattern of the length or shape ${String(key)}`);
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
