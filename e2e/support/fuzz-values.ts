/** A seeded source of arbitrary values, URIs and options, odd ones above all. */
export interface FuzzValues {
  /** Returns a number from 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly text: () => string;
  /** A value of any kind, also of kinds that no serializer can carry. */
  readonly value: (depth?: number) => unknown;
  readonly list: () => unknown;
  readonly dict: () => unknown;
  /** A URI below the prefix, most often a valid one. */
  readonly uri: () => unknown;
  /** The options of a request: known ones, most often with values of another type, custom and unknown ones. */
  readonly options: (known: readonly string[]) => Record<string, unknown>;
}

declare global {
  interface Window {
    fuzzValues: (seed: number, prefix: string) => FuzzValues;
  }
}

/** Runs in every page before its own scripts. It may use nothing outside itself, since Playwright sends it as text. */
export function installFuzzValues(): void {
  const oddStrings = [
    "",
    "\0",
    "\0bad",
    "\0AAAA",
    "\0A",
    "\x01",
    "a\x1cb",
    "a\x85b",
    "a\u00a0b",
    "\ufeffa",
    "a\u2028b",
    "a\n",
    "\ud800",
    "a\udc00b",
    "😀",
    "a b",
    "a#b",
    "a..b",
    ".a",
    "a.",
    "A.B",
    "%s{0}\\",
    "__proto__",
    "constructor",
    "x".repeat(3_000),
  ];
  const oddNumbers = [
    0,
    -0,
    -1,
    1.5,
    1e20,
    -1e20,
    1e21,
    1e308,
    5e-324,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
    2 ** 63,
    2 ** 64,
    -(2 ** 63),
    NaN,
    Infinity,
    -Infinity,
  ];
  const oddBigints = [0n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n, -(2n ** 63n), 10n ** 4_400n];
  const known = ["callee", "callee_authid", "callee_authrole", "forward_for", "enc_algo", "enc_key"];
  const detailNames = [...known, "enc_serializer", "ppt_scheme", "ppt_cipher", "caller", "progress", "_my_x"];

  window.fuzzValues = (seed, prefix) => {
    let state = seed >>> 0;
    // Mulberry32.
    const random = (): number => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const chance = (probability: number) => random() < probability;
    const below = (limit: number) => Math.floor(random() * limit);
    const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
    const text = () => (chance(0.6) ? pick(oddStrings) : pick(["a", "b1", "ü"]) + String(below(1_000)));
    const key = () => (chance(0.4) ? pick(detailNames) : text());
    const many = <T>(make: () => T) => Array.from({ length: below(4) }, make);

    const nested = (levels: number): unknown => {
      let inner: unknown = 1;
      const asList = chance(0.5);
      for (let level = 0; level < levels; level += 1) inner = asList ? [inner] : { a: inner };
      return inner;
    };
    const cyclic = (): unknown => {
      const list: unknown[] = [];
      list.push(list);
      return list;
    };
    const scalar = (): unknown =>
      pick<() => unknown>([
        text,
        text,
        () => below(100),
        () => pick(oddNumbers),
        () => pick(oddNumbers),
        () => pick(oddBigints),
        () => chance(0.5),
        () => null,
        () => undefined,
        () => new Uint8Array(below(5)),
        () => new ArrayBuffer(3),
        () => new DataView(new ArrayBuffer(2)),
        () => new Float64Array(2),
        () => new Date(below(2) === 0 ? NaN : 1e12),
        () => ({ toJSON: () => pick(oddStrings) }),
        () => ({ toJSON: () => pick(oddNumbers) }),
        () => pick<unknown>([Symbol("s"), () => 1, /x/, new Map([[1, 2]]), new Set([1]), new Error("e")]),
        cyclic,
        () => nested(pick([31, 33, 150, 199, 200, 201, 500, 3_000])),
        () => Object.defineProperty({}, "a", { enumerable: true, get: () => pick(oddStrings) }),
        // eslint-disable-next-line no-sparse-arrays -- a hole is a value, too
        () => [1, , 2],
      ])();
    const value = (depth = 2): unknown => {
      if (depth === 0 || chance(0.6)) return scalar();
      return chance(0.5) ? many(() => value(depth - 1)) : dictOf(() => value(depth - 1));
    };
    const dictOf = (make: () => unknown) => Object.fromEntries(many(() => [key(), make()] as const));

    return {
      random,
      chance,
      pick,
      text,
      value,
      list: () => (chance(0.95) ? many(() => value()) : value()),
      dict: () => (chance(0.95) ? dictOf(() => value()) : value()),
      uri: () => {
        if (chance(0.03)) return value();
        if (chance(0.03)) return pick(["wamp.session.count", "wamp.nothing", "crossbar.nothing", "wamp."]);
        if (chance(0.3)) return `${prefix}.${text()}${chance(0.5) ? "" : `.${text()}`}`;
        if (chance(0.1)) return text();
        return `${prefix}.${pick(["one", "two", "three"])}`;
      },
      options: (names) => {
        const options: Record<string, unknown> = {};
        const some = (): unknown => pick([true, false, 1, [1], ["a"], "prefix", "wildcard", "all", value()]);
        for (const name of names) if (chance(0.15)) options[name] = some();
        if (chance(0.3)) {
          const wireName = () =>
            pick([...names, ...detailNames, "_abc", "_x_1", "timeout", "match", "receive_progress", text()]);
          options["wire"] = chance(0.9) ? Object.fromEntries(many(() => [wireName(), some()])) : some();
        }
        return options;
      },
    };
  };
}
