import type { Tab } from "../tab/tab.js";

/** The origin of an answer: a value that a tab passed with its hello, or a tab whose application can be asked. */
export type Source = string | Tab;

/**
 * The sources of an answer in the order in which they are tried: the one that the router accepted last, then those that have not been
 * tried, then those that failed or stayed silent, in the order of their failures. So a source costs every other tab one attempt at most.
 */
export class SourceList {
  readonly #newestFirst: boolean;
  #order: Source[] = [];
  #accepted: Source | undefined;
  /** The sources that failed since the router has last accepted one. */
  readonly #failed = new Set<Source>();
  /** The tabs that have not answered in time, and not since. */
  readonly #silent = new Set<Source>();

  /** @param newestFirst true if a later source is better; otherwise values come first, because asking may disturb a user */
  constructor(newestFirst: boolean) {
    this.#newestFirst = newestFirst;
  }

  get inOrder(): readonly Source[] {
    return this.#order;
  }

  get hasUntried(): boolean {
    return this.#order.some((source) => !this.isTried(source));
  }

  /** Tells whether a source has failed or is silent. */
  isTried(source: Source): boolean {
    return this.#failed.has(source) || this.#silent.has(source);
  }

  add(source: Source): void {
    if (this.#order.includes(source)) return;
    const next = this.#newestFirst ? 0 : this.#order.findIndex((other) => this.#precedes(source, other));
    this.#order.splice(next < 0 ? this.#order.length : next, 0, source);
  }

  remove(source: Source): void {
    this.#order = this.#order.filter((other) => other !== source);
    this.#failed.delete(source);
    this.#silent.delete(source);
    if (this.#accepted === source) this.#accepted = undefined;
  }

  /** Notes that the router accepted what a source gave. */
  accepted(source: Source): void {
    this.#failed.clear();
    if (!this.#order.includes(source)) return;
    this.#silent.delete(source);
    this.#order = [source, ...this.#order.filter((other) => other !== source)];
    this.#accepted = source;
  }

  /** Notes that a source gave nothing, or something with which there was no session. */
  failed(source: Source): void {
    if (this.#toEnd(source)) this.#failed.add(source);
  }

  /** Notes that a tab has not answered in time. */
  silent(tab: Tab): void {
    if (this.#toEnd(tab)) this.#silent.add(tab);
  }

  /** Notes that a tab has answered. */
  heard(tab: Tab): void {
    if (!this.#silent.has(tab)) return;
    this.remove(tab);
    this.add(tab);
  }

  #precedes(source: Source, other: Source): boolean {
    if (other === this.#accepted) return false;
    return this.isTried(other) || (typeof source === "string" && typeof other !== "string");
  }

  #toEnd(source: Source): boolean {
    if (!this.#order.includes(source)) return false;
    this.remove(source);
    this.#order.push(source);
    return true;
  }
}
