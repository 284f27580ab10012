import { describeType } from "../../contract/describe-type.js";
import type { Asked } from "../../contract/port.js";
import { isText } from "../../protocol/text.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import type { Source } from "./source-list.js";

/** Milliseconds after which the next tab is asked: the previous one may be frozen, or its dialog hidden. */
const PATIENCE = 5_000;

/** Receives the outcome of a question, and what is learnt of the tabs on the way. */
export interface QuestionEvents {
  /** Returns the sources in the order in which they are tried. */
  sources(): readonly Source[];
  /** Asks a tab. `isOverdue` is true if that tab has been asked before and stayed silent, so that the question does not wait for it. */
  ask(tab: Tab): { readonly answer: Promise<unknown>; readonly isOverdue: boolean };
  /** A tab has not answered in time; it still may. */
  silent(tab: Tab): void;
  /** A tab refused. */
  failed(tab: Tab): void;
  answered(answer: string, source: Source): void;
  /** No tab answered; the reason is that of the last one. */
  refused(cause: Error): void;
}

/**
 * One question to the tabs. It is sent to one tab; after a while, or when that tab refuses, also to the next one, including tabs that
 * have joined since. A tab that leaves or vanishes counts as having refused.
 *
 * When all were asked, the question ends a while after a refusal, so that the tab that refused is asked again later. As long as no tab
 * has refused, it does not end: a user may be typing the secret.
 */
export class Question {
  readonly #what: Asked;
  readonly #clock: Clock;
  readonly #events: QuestionEvents;
  readonly #asked = new Set<Source>();
  readonly #unanswered = new Set<Tab>();
  #lastRefusal: Error | undefined;
  /** True once a tab that is still there has refused. */
  #canAskAgain = false;
  #ended = false;
  #stopTimer: () => void = () => undefined;

  /** Calls either `answered` or `refused`, once. */
  constructor(what: Asked, clock: Clock, events: QuestionEvents) {
    this.#what = what;
    this.#clock = clock;
    this.#events = events;
  }

  /** Tries the next source. */
  askNext(): void {
    this.#stopTimer();
    const source = this.#events.sources().find((candidate) => !this.#asked.has(candidate));
    if (typeof source === "string") return this.#end(source, source);
    if (source === undefined && this.#unanswered.size === 0) return this.#refuse();
    if (source !== undefined && this.#ask(source)) return this.askNext();
    this.#stopTimer = this.#clock.after(PATIENCE, () => this.#waited(source === undefined));
  }

  /** Ends the question: later answers and refusals are ignored. */
  end(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  #waited(wereAllAsked: boolean): void {
    for (const tab of this.#unanswered) this.#events.silent(tab);
    if (wereAllAsked && this.#canAskAgain) this.#refuse();
    else this.askNext();
  }

  /** Asks a tab. Returns true if its answer is not to be waited for. */
  #ask(tab: Tab): boolean {
    this.#asked.add(tab);
    this.#unanswered.add(tab);
    const { answer, isOverdue } = this.#events.ask(tab);
    void this.#await(tab, answer);
    return isOverdue;
  }

  async #await(tab: Tab, asked: Promise<unknown>): Promise<void> {
    try {
      const answer = await asked;
      if (this.#ended) return;
      // The tab has checked it; but it comes from the port, and must never be quoted.
      if (!isText(answer) || (answer === "" && this.#what === "secret"))
        throw new Error(`The answer is ${describeType(answer)} that cannot be used`);
      this.#end(answer, tab);
    } catch (cause) {
      if (this.#ended) return;
      this.#unanswered.delete(tab);
      this.#lastRefusal = cause instanceof Error ? cause : new Error("The tab failed to answer");
      if (this.#events.sources().includes(tab)) this.#canAskAgain = true;
      this.#events.failed(tab);
      this.askNext();
    }
  }

  #end(answer: string, source: Source): void {
    this.end();
    this.#events.answered(answer, source);
  }

  #refuse(): void {
    this.end();
    this.#events.refused(
      this.#lastRefusal ?? new Error(`No attached tab could be asked for the ${this.#what}`),
    );
  }
}
