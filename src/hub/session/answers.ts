import type { Asked } from "../../contract/port.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import { Question } from "./question.js";
import type { Source } from "./question.js";

/**
 * The tabs' answers to one question, with a record of those that the router refused: a source whose answer was refused is tried again
 * only after all others. Answers are kept only in memory.
 */
export class Answers {
  readonly #what: Asked;
  readonly #clock: Clock;
  /** The tabs with an answer: the value that a tab passed, or undefined if it is to be asked. */
  readonly #literals = new Map<Tab, string | undefined>();
  /** The sources of refused answers, in the order of the refusals. */
  readonly #refused = new Set<Source>();
  /** The value of a tab that may have left, so that a session without tabs can reconnect. */
  #kept: string | undefined;
  /** The answer in use, once there is one. */
  #current: { readonly answer: string; readonly source: Source } | undefined;
  #question: Question | undefined;

  constructor(what: Asked, clock: Clock) {
    this.#what = what;
    this.#clock = clock;
  }

  /** True if there is a source whose answer has not been refused. */
  get hasUntried(): boolean {
    return this.#sources().some((source) => !this.#refused.has(source));
  }

  /** The value that a session without tabs would use. */
  get kept(): string | undefined {
    return this.#kept;
  }

  /** Adds a tab with the value that it passed; with undefined if it is to be asked. */
  add(tab: Tab, literal: string | undefined): void {
    this.#literals.set(tab, literal);
    this.#kept ??= literal;
    // It answers the question that another tab has not answered yet.
    if (literal !== undefined && !this.#refused.has(literal)) this.#question?.askNext();
  }

  remove(tab: Tab): void {
    this.#literals.delete(tab);
    this.#refused.delete(tab);
  }

  /** Returns the tabs that passed a value for which `predicate` is true. */
  tabsWith(predicate: (literal: string) => boolean): readonly Tab[] {
    return [...this.#literals].flatMap(([tab, literal]) =>
      literal !== undefined && predicate(literal) ? [tab] : [],
    );
  }

  /**
   * Returns a value that a tab passed, or asks the tabs, one after the other; the first answer wins. Rejects when all tabs have refused.
   * An earlier question is abandoned, and its promise never settles.
   */
  get(): Promise<string> {
    this.#question?.end();
    this.#current = undefined;
    return new Promise((resolve, reject) => {
      const answered = (answer: string, source: Source): void => {
        this.#question = undefined;
        this.#current = { answer, source };
        resolve(answer);
      };
      const refused = (cause: Error): void => {
        this.#question = undefined;
        reject(cause);
      };
      const sources = (): readonly Source[] => this.#sources();
      const question = new Question(this.#what, sources, this.#clock, answered, refused);
      this.#question = question;
      question.askNext();
    });
  }

  /** Notes that the router accepted the answer in use, and returns that. */
  accepted(): string | undefined {
    this.#refused.clear();
    const { answer, source } = this.#current ?? {};
    this.#kept = typeof source === "string" ? source : undefined;
    return answer;
  }

  /** Notes that the router refused the answer in use, and returns its source. */
  refused(): Source | undefined {
    const { source } = this.#current ?? {};
    if (source === undefined) return undefined;
    this.#refused.delete(source);
    this.#refused.add(source);
    return source;
  }

  /** Forgets a value that no tab is left with. */
  forget(literal: string): void {
    this.#refused.delete(literal);
    if (this.#kept === literal) this.#kept = undefined;
  }

  /** Returns the sources in the order in which they are tried; values first, because asking may disturb a user. */
  #sources(): readonly Source[] {
    const literals = [this.#kept, ...this.#literals.values()].filter((literal) => literal !== undefined);
    const tabs = [...this.#literals].flatMap(([tab, literal]) => (literal === undefined ? [tab] : []));
    const all = new Set<Source>([...literals, ...tabs]);
    return [
      ...[...all].filter((source) => !this.#refused.has(source)),
      ...[...this.#refused].filter((source) => all.has(source)),
    ];
  }
}
