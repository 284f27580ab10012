/** Seconds for which values are kept. */
export const SPAN = 60;

/** The values of the last minute, in columns for a plot: the age of each row, then its values. */
export class RecentValues {
  readonly #times: number[] = [];
  readonly #columns: (number | null)[][];
  readonly #longestStep: number;

  /**
   * @param count values in a row
   * @param longestStep in seconds; a longer gap interrupts the line
   */
  constructor(count: number, longestStep: number) {
    this.#columns = Array.from({ length: count }, () => []);
    this.#longestStep = longestStep;
  }

  /** @param now in milliseconds, a value of `performance.now()` */
  add(now: number, values: readonly number[]): void {
    const time = now / 1_000;
    const last = this.#times.at(-1);
    if (last !== undefined && time - last > this.#longestStep) {
      this.#times.push(last);
      for (const column of this.#columns) column.push(null);
    }
    this.#times.push(time);
    for (const [index, column] of this.#columns.entries()) column.push(values[index] ?? null);
    const outdated = this.#times.findIndex((known) => time - known <= SPAN);
    for (const column of [this.#times, ...this.#columns]) column.splice(0, outdated);
  }

  /** The columns: ages relative to the last row, in negative seconds, then the values. */
  columns(): [ages: number[], ...values: (number | null)[][]] {
    const last = this.#times.at(-1) ?? 0;
    return [this.#times.map((time) => time - last), ...this.#columns];
  }

  range(index: number): { lowest: number; highest: number } {
    const values = (this.#columns[index] ?? []).filter((value) => value !== null);
    return { lowest: Math.min(...values), highest: Math.max(...values) };
  }
}
