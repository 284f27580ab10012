import { describeType } from "../../contract/describe-type.js";
import type { Asked } from "../../contract/port.js";
import { isText } from "../../protocol/text.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";

/** The origin of an answer: a value that a tab passed with its hello, or a tab whose application can be asked. */
export type Source = string | Tab;

/** Milliseconds after which the next tab is asked: the previous one may be frozen, or its dialog hidden. */
const PATIENCE = 5_000;

/**
 * One question to the tabs. It is sent to one tab; after a while, or when that tab refuses, also to the next one, including tabs that
 * have joined since. A tab that leaves or vanishes counts as having refused.
 */
export class Question {
  readonly #what: Asked;
  readonly #sources: () => readonly Source[];
  readonly #clock: Clock;
  readonly #answered: (answer: string, source: Source) => void;
  readonly #refused: (cause: Error) => void;
  readonly #asked = new Set<Source>();
  #unanswered = 0;
  #lastRefusal: Error;
  #ended = false;
  #stopTimer: () => void = () => undefined;

  /**
   * Calls either `answered` or `refused`, once; `refused` with the last tab's reason.
   * @param sources returns the sources in the order in which they are tried
   */
  constructor(
    what: Asked,
    sources: () => readonly Source[],
    clock: Clock,
    answered: (answer: string, source: Source) => void,
    refused: (cause: Error) => void,
  ) {
    this.#what = what;
    this.#sources = sources;
    this.#clock = clock;
    this.#answered = answered;
    this.#refused = refused;
    this.#lastRefusal = new Error(`No attached tab could be asked for the ${what}`);
  }

  /** Tries the next source. */
  askNext(): void {
    this.#stopTimer();
    const source = this.#sources().find((candidate) => !this.#asked.has(candidate));
    if (typeof source === "string") return this.#end(source, source);
    if (source === undefined && this.#unanswered === 0) {
      this.end();
      return this.#refused(this.#lastRefusal);
    }
    this.#stopTimer = this.#clock.after(PATIENCE, () => this.askNext());
    if (source !== undefined) void this.#ask(source);
  }

  /** Ends the question: later answers and refusals are ignored. */
  end(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  async #ask(tab: Tab): Promise<void> {
    this.#asked.add(tab);
    this.#unanswered += 1;
    try {
      const answer: unknown = await Promise.race([tab.ask(this.#what), tab.departed.then(refuse)]);
      if (this.#ended) return;
      // The tab has checked it; but it comes from the port, and must never be quoted.
      if (!isText(answer)) throw new Error(`The answer is ${describeType(answer)} that cannot be used`);
      this.#end(answer, tab);
    } catch (cause) {
      if (this.#ended) return;
      this.#unanswered -= 1;
      this.#lastRefusal = cause instanceof Error ? cause : new Error("The tab failed to answer");
      this.askNext();
    }
  }

  #end(answer: string, source: Source): void {
    this.end();
    this.#answered(answer, source);
  }
}

function refuse(): never {
  throw new Error("The tab is gone");
}
