import type { Asked } from "../../contract/port.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import { Question } from "./question.js";
import { SourceList } from "./source-list.js";
import type { Source } from "./source-list.js";

/** An answer and its origin. */
export interface Answer {
  readonly answer: string;
  readonly source: Source;
}

/** The tabs' answers to one question, and the order in which the tabs are tried ({@link SourceList}). Answers are kept only in memory. */
export class Answers {
  readonly #what: Asked;
  readonly #clock: Clock;
  /** The tabs with an answer: the value that a tab passed, or undefined if it is to be asked. */
  readonly #literals = new Map<Tab, string | undefined>();
  readonly #sources: SourceList;
  /** The value that the router accepted last, and has not refused since. */
  #acceptedLiteral: string | undefined;
  /** The value for a session whose tabs have all left. */
  #kept: string | undefined;
  /** The answer in use, once there is one. */
  #current: Answer | undefined;
  /** True until it is known whether there is a session with the answer in use. */
  #isUnjudged = false;
  #question: Question | undefined;
  /** The answers that tabs have been asked for and that are still of use. */
  readonly #asks = new Map<Tab, Promise<unknown>>();

  /** @param newestFirst true if the value of a later tab is better */
  constructor(what: Asked, clock: Clock, newestFirst = false) {
    this.#what = what;
    this.#clock = clock;
    this.#sources = new SourceList(newestFirst);
  }

  /** True if there is a source that has not failed to give an answer with which there is a session. */
  get hasUntried(): boolean {
    return this.#sources.hasUntried;
  }

  /** The value that a session without tabs would use. */
  get kept(): string | undefined {
    return this.#literals.size === 0 ? this.#kept : undefined;
  }

  /** All values, and the answer in use. */
  get known(): readonly string[] {
    const known = [this.#current?.answer, this.kept, ...this.#literals.values()];
    return known.filter((value) => value !== undefined);
  }

  /** Adds a tab with the value that it passed; with undefined if it is to be asked. */
  add(tab: Tab, literal: string | undefined): void {
    this.#literals.set(tab, literal);
    this.#sources.add(literal ?? tab);
    // It answers the question that another tab has not answered yet.
    if (literal !== undefined && !this.#sources.isTried(literal)) this.#question?.askNext();
  }

  remove(tab: Tab): void {
    const literal = this.#literals.get(tab);
    if (!this.#literals.delete(tab)) return;
    this.#asks.delete(tab);
    if (literal === undefined || this.tabsWith((other) => other === literal).length === 0)
      this.#sources.remove(literal ?? tab);
    if (this.#literals.size === 0) this.#kept = this.#acceptedLiteral ?? literal;
  }

  /** Returns the tabs that passed a value for which `predicate` is true. */
  tabsWith(predicate: (literal: string) => boolean): readonly Tab[] {
    return [...this.#literals].flatMap(([tab, literal]) =>
      literal !== undefined && predicate(literal) ? [tab] : [],
    );
  }

  /**
   * Returns a value that a tab passed, or asks the tabs, one after the other; the first answer wins. Rejects when a tab has refused and
   * no other one answers. An earlier question is abandoned, and its promise never settles; then all tabs are asked anew.
   */
  get(): Promise<Answer> {
    if (this.#question !== undefined) this.#asks.clear();
    this.#question?.end();
    this.#current = undefined;
    return new Promise((resolve, reject) => {
      const question = new Question(this.#what, this.#clock, {
        sources: () => this.#inOrder(),
        ask: (tab) => this.#ask(tab),
        silent: (tab) => this.#sources.silent(tab),
        failed: (tab) => this.#sources.failed(tab),
        answered: (answer, source) => {
          this.#question = undefined;
          this.#current = { answer, source };
          this.#isUnjudged = true;
          // An answer that arrives later would be stale when it is needed.
          this.#asks.clear();
          resolve(this.#current);
        },
        refused: (cause) => {
          this.#question = undefined;
          reject(cause);
        },
      });
      this.#question = question;
      question.askNext();
    });
  }

  /** Notes that the router accepted the answer in use, and returns that. */
  accepted(): string | undefined {
    if (this.#current === undefined) return undefined;
    const { answer, source } = this.#current;
    this.#isUnjudged = false;
    this.#sources.accepted(source);
    this.#acceptedLiteral = typeof source === "string" ? source : undefined;
    if (this.#acceptedLiteral !== undefined) this.#kept = this.#acceptedLiteral;
    return answer;
  }

  /** Notes that there was no session with the answer in use, and returns its source. */
  failed(): Source | undefined {
    const { source } = this.#current ?? {};
    // An attempt may fail before it has an answer; the earlier one is not to blame.
    if (source === undefined || !this.#isUnjudged) return undefined;
    this.#isUnjudged = false;
    this.#sources.failed(source);
    if (this.#acceptedLiteral === source) this.#acceptedLiteral = undefined;
    return source;
  }

  /** Forgets the value of a tab that has left, if the predicate is true for it. */
  forget(predicate: (literal: string) => boolean): void {
    if (this.#kept !== undefined && predicate(this.#kept)) this.#kept = undefined;
  }

  /** Asks a tab, unless it has been asked before and may still answer: its user may see a dialog. */
  #ask(tab: Tab): { readonly answer: Promise<unknown>; readonly isOverdue: boolean } {
    const isOverdue = this.#sources.isTried(tab);
    const known = this.#asks.get(tab);
    if (known !== undefined) return { answer: known, isOverdue };
    const asked = new Promise((resolve) => resolve(tab.ask(this.#what)));
    const answer = Promise.race([asked, tab.departed.then(gone)]);
    this.#asks.set(tab, answer);
    answer.then(
      () => this.#sources.heard(tab),
      () => {
        if (this.#asks.get(tab) === answer) this.#asks.delete(tab);
      },
    );
    return { answer, isOverdue: false };
  }

  #inOrder(): readonly Source[] {
    const { kept } = this;
    return kept === undefined ? this.#sources.inOrder : [kept];
  }
}

function gone(): never {
  throw new Error("The tab is gone");
}
