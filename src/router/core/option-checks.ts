import type { Dict } from "../../protocol/dict.js";
import { isDict, show } from "./values.js";

/** Checks options of one function. Every method throws a `TypeError` that names the function, the option and both values. */
export class OptionChecks {
  /** @param call name of the function, for the errors */
  constructor(private readonly call: string) {}

  text(name: string, value: unknown): string {
    if (typeof value === "string" && value !== "") return value;
    throw this.wrong(name, "a non-empty string", value);
  }

  switch(name: string, value: unknown): boolean {
    if (typeof value === "boolean") return value;
    throw this.wrong(name, "a boolean", value);
  }

  count(name: string, value: unknown): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    throw this.wrong(name, "a positive whole number", value);
  }

  list<Item>(
    name: string,
    value: unknown,
    fits: (item: unknown) => item is Item,
    expected: string,
  ): readonly Item[] {
    if (!Array.isArray(value) || value.length === 0)
      throw this.wrong(name, `a non-empty list of ${expected}`, value);
    const items: readonly unknown[] = value;
    return items.map((item) => {
      if (fits(item)) return item;
      throw this.wrong(name, `a non-empty list of ${expected}`, item);
    });
  }

  /** Returns an object that has no other keys than the allowed ones; without a list, all are allowed. */
  record(name: string, value: unknown, allowed?: readonly string[]): Dict {
    if (!isDict(value)) throw this.wrong(name, "an object", value);
    const unknown = Object.keys(value).find((key) => allowed !== undefined && !allowed.includes(key));
    if (unknown === undefined) return value;
    throw this.error(`${name} has no ${show(unknown)}; it has ${allowed?.join(", ") ?? ""}`);
  }

  wrong(name: string, expected: string, value: unknown): TypeError {
    return this.error(`${name} must be ${expected}, got ${show(value)}`);
  }

  error(message: string): TypeError {
    return new TypeError(`${this.call}: ${message}`);
  }
}
