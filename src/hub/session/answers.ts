import { describeType } from "../../contract/describe-type.js";
import type { Asked } from "../../contract/port.js";
import { isText } from "../../protocol/text.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import { createSourceList } from "./source-list.js";
import type { Source } from "./source-list.js";

/** Milliseconds after which the next tab is asked: the previous one may be frozen, or its dialog hidden. */
const PATIENCE = 5_000;

/** An answer and its origin. */
export interface Answer {
  readonly answer: string;
  readonly source: Source;
}

/** One question to the tabs that has not been answered. */
interface Question {
  /** Tries the next source. */
  askNext(): void;
  /** Ends the question: later answers and refusals are ignored. */
  end(): void;
}

export type Answers = ReturnType<typeof createAnswers>;

/**
 * The tabs' answers to one question, and the order in which the tabs are tried ({@link createSourceList}). Answers are kept only in memory.
 * @param newestFirst true if the value of a later tab is better
 */
export function createAnswers(what: Asked, clock: Clock, newestFirst = false) {
  /** The tabs with an answer: the value that a tab passed, or undefined if it is to be asked. */
  const literals = new Map<Tab, string | undefined>();
  const sources = createSourceList(newestFirst);
  /** The value that the router accepted last, and has not refused since. */
  let acceptedLiteral: string | undefined;
  /** The value for a session whose tabs have all left. */
  let lastKept: string | undefined;
  /** The answer in use, once there is one. */
  let current: Answer | undefined;
  /** True until it is known whether there is a session with the answer in use. */
  let isUnjudged = false;
  let question: Question | undefined;
  /** The answers that tabs have been asked for and that are still of use. */
  const asks = new Map<Tab, Promise<unknown>>();

  /** Returns the value that a session without tabs would use. */
  const kept = (): string | undefined => (literals.size === 0 ? lastKept : undefined);

  const inOrder = (): readonly Source[] => {
    const alone = kept();
    return alone === undefined ? sources.inOrder : [alone];
  };

  /** Returns the tabs that passed a value for which `predicate` is true. */
  const tabsWith = (predicate: (literal: string) => boolean): readonly Tab[] =>
    [...literals].flatMap(([tab, literal]) => (literal !== undefined && predicate(literal) ? [tab] : []));

  /** Asks a tab, unless it has been asked before and may still answer: its user may see a dialog. */
  const answerOf = (tab: Tab): Promise<unknown> => {
    const known = asks.get(tab);
    if (known !== undefined) return known;
    const asked = new Promise((resolve) => resolve(tab.ask(what)));
    const answer = Promise.race([asked, tab.departed.then(gone)]);
    asks.set(tab, answer);
    answer.then(
      () => sources.heard(tab),
      () => {
        if (asks.get(tab) === answer) asks.delete(tab);
      },
    );
    return answer;
  };

  /**
   * Begins a question, which is sent to one tab; after a while, or when that tab refuses, also to the next one, including tabs that have
   * joined since. A tab that leaves or vanishes counts as having refused.
   *
   * When all were asked, the question ends a while after a refusal, so that the tab that refused is asked again later. As long as no tab
   * has refused, it does not end: a user may be typing the secret.
   */
  const createQuestion = (answered: (answer: Answer) => void, refused: (cause: Error) => void): Question => {
    const asked = new Set<Source>();
    const unanswered = new Set<Tab>();
    let lastRefusal = new Error(`No attached tab could be asked for the ${what}`);
    /** True once a tab that is still there has refused. */
    let canAskAgain = false;
    let isOver = false;
    let stopTimer = (): void => undefined;

    const end = (): void => {
      isOver = true;
      question = undefined;
      stopTimer();
    };

    const refuse = (): void => {
      end();
      refused(lastRefusal);
    };

    const succeed = (answer: string, source: Source): void => {
      end();
      current = { answer, source };
      isUnjudged = true;
      // An answer that arrives later would be stale when it is needed.
      asks.clear();
      answered(current);
    };

    const askNext = (): void => {
      stopTimer();
      const source = inOrder().find((candidate) => !asked.has(candidate));
      if (typeof source === "string") return succeed(source, source);
      if (source !== undefined) {
        // A tab that has been asked before and stayed silent is not waited for.
        const isOverdue = asks.has(source) && sources.isTried(source);
        asked.add(source);
        unanswered.add(source);
        void hear(source, answerOf(source));
        if (isOverdue) return askNext();
      } else if (unanswered.size === 0) return refuse();
      stopTimer = clock.after(PATIENCE, () => {
        for (const tab of unanswered) sources.silent(tab);
        if (source === undefined && canAskAgain) refuse();
        else askNext();
      });
    };

    const hear = async (tab: Tab, coming: Promise<unknown>): Promise<void> => {
      try {
        const answer = await coming;
        if (isOver) return;
        // The tab has checked it; but it comes from the port, and must never be quoted.
        if (!isText(answer) || (answer === "" && what === "secret"))
          throw new Error(`The answer is ${describeType(answer)} that cannot be used`);
        succeed(answer, tab);
      } catch (cause) {
        if (isOver) return;
        unanswered.delete(tab);
        lastRefusal = cause instanceof Error ? cause : new Error("The tab failed to answer");
        canAskAgain ||= inOrder().includes(tab);
        sources.failed(tab);
        askNext();
      }
    };

    return { askNext, end };
  };

  return {
    tabsWith,

    /** True if there is a source that has not failed to give an answer with which there is a session. */
    get hasUntried(): boolean {
      return sources.hasUntried;
    },

    get kept(): string | undefined {
      return kept();
    },

    /** All values, and the answer in use. */
    get known(): readonly string[] {
      return [current?.answer, kept(), ...literals.values()].filter((value) => value !== undefined);
    },

    /** Adds a tab with the value that it passed; with undefined if it is to be asked. */
    add(tab: Tab, literal: string | undefined): void {
      literals.set(tab, literal);
      sources.add(literal ?? tab);
      // It answers the question that another tab has not answered yet.
      if (literal !== undefined && !sources.isTried(literal)) question?.askNext();
    },

    remove(tab: Tab): void {
      const literal = literals.get(tab);
      if (!literals.delete(tab)) return;
      asks.delete(tab);
      if (literal === undefined || tabsWith((other) => other === literal).length === 0)
        sources.remove(literal ?? tab);
      if (literals.size === 0) lastKept = acceptedLiteral ?? literal;
    },

    /**
     * Returns a value that a tab passed, or asks the tabs, one after the other; the first answer wins. Rejects when a tab has refused and
     * no other one answers. An earlier question is abandoned, and its promise never settles; then all tabs are asked anew.
     */
    get(): Promise<Answer> {
      if (question !== undefined) asks.clear();
      question?.end();
      current = undefined;
      return new Promise((resolve, reject) => {
        question = createQuestion(resolve, reject);
        question.askNext();
      });
    },

    /** Notes that the router accepted the answer in use, and returns that. */
    accepted(): string | undefined {
      if (current === undefined) return undefined;
      const { answer, source } = current;
      isUnjudged = false;
      sources.accepted(source);
      acceptedLiteral = typeof source === "string" ? source : undefined;
      lastKept = acceptedLiteral ?? lastKept;
      return answer;
    },

    /** Notes that there was no session with the answer in use, and returns its source. */
    failed(): Source | undefined {
      // An attempt may fail before it has an answer; the earlier one is not to blame.
      if (current === undefined || !isUnjudged) return undefined;
      const { source } = current;
      isUnjudged = false;
      sources.failed(source);
      if (acceptedLiteral === source) acceptedLiteral = undefined;
      return source;
    },

    /** Forgets the value of a tab that has left, if the predicate is true for it. */
    forget(predicate: (literal: string) => boolean): void {
      if (lastKept !== undefined && predicate(lastKept)) lastKept = undefined;
    },
  };
}

function gone(): never {
  throw new Error("The tab is gone");
}
