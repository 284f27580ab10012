import type { MatchPolicy } from "../../contract/request-options.js";

/** A pattern that is subscribed to: a topic with its match policy. */
export interface Pattern {
  readonly match: Exclude<MatchPolicy, "exact">;
  readonly topic: string;
}

/** The wildcard patterns that have their empty components in the same places. */
interface Shape {
  /** One entry for each component: true where every component matches. */
  readonly wild: readonly boolean[];
  patterns: number;
}

/**
 * Finds the patterns that can match a topic without looking at each of them. A topic of n characters is matched by at most one prefix of
 * each length, and by at most one wildcard pattern of each shape; the index knows which lengths and shapes are in use.
 */
export class PatternIndex {
  /** Number of prefix patterns, by their length. */
  readonly #prefixes = new Map<number, number>();
  /** Shapes by number of components, and by their wild places. */
  readonly #shapes = new Map<number, Map<string, Shape>>();

  add({ match, topic }: Pattern): void {
    if (match === "prefix") {
      this.#prefixes.set(topic.length, (this.#prefixes.get(topic.length) ?? 0) + 1);
      return;
    }
    const wild = wildOf(topic);
    const shapes = this.#shapes.get(wild.length) ?? new Map<string, Shape>();
    this.#shapes.set(wild.length, shapes);
    const shape = shapes.get(wild.join()) ?? { wild, patterns: 0 };
    shapes.set(wild.join(), shape);
    shape.patterns += 1;
  }

  /** Removes a pattern; throws if there is none of its length or shape. */
  remove({ match, topic }: Pattern): void {
    if (match === "prefix") {
      const left = (this.#prefixes.get(topic.length) ?? 0) - 1;
      if (left < 0) throw new Error(`There is no prefix pattern of the length of ${topic}`);
      if (left === 0) this.#prefixes.delete(topic.length);
      else this.#prefixes.set(topic.length, left);
      return;
    }
    const wild = wildOf(topic);
    const shapes = this.#shapes.get(wild.length);
    const shape = shapes?.get(wild.join());
    if (shapes === undefined || shape === undefined)
      throw new Error(`There is no wildcard pattern of the shape of ${topic}`);
    shape.patterns -= 1;
    if (shape.patterns === 0) shapes.delete(wild.join());
    if (shapes.size === 0) this.#shapes.delete(wild.length);
  }

  /** Returns the patterns that match the topic if they exist: one for each length or shape in use. */
  *candidates(topic: string): Iterable<Pattern> {
    for (const length of this.#prefixes.keys()) {
      if (length <= topic.length) yield { match: "prefix", topic: topic.slice(0, length) };
    }
    if (this.#shapes.size === 0) return;
    const components = topic.split(".");
    for (const { wild } of this.#shapes.get(components.length)?.values() ?? []) {
      const pattern = components.map((component, place) => (wild[place] === true ? "" : component));
      yield { match: "wildcard", topic: pattern.join(".") };
    }
  }
}

function wildOf(pattern: string): readonly boolean[] {
  return pattern.split(".").map((component) => component === "");
}
