import type { Asked } from "../../contract/port.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import { createQuestion } from "./question.js";
import type { Question } from "./question.js";
import { createSourceList } from "./source-list.js";
import type { SourceList } from "./source-list.js";
import type { Source } from "./source-list.js";

/** An answer and its origin. */
export interface Answer {
  readonly answer: string;
  readonly source: Source;
}

/**
 * The tabs' answers to one question, and the order in which the tabs are tried ({@link SourceList}). Answers are kept only in memory.
 * @param newestFirst true if the value of a later tab is better
 */
export function createAnswers(what: Asked, clock: Clock, newestFirst = false) {
  /** The tabs with an answer: the value that a tab passed, or undefined if it is to be asked. */
  const literals = new Map<Tab, string | undefined>();
  const sources: SourceList = createSourceList(newestFirst);
  /** The value that the router accepted last, and has not refused since. */
  let acceptedLiteral: string | undefined;
  /** The value for a session whose tabs have all left. */
  let lastKept: string | undefined;
  /** The answer in use, once there is one. */
  let current: Answer | undefined;
  /** True until it is known whether there is a session with the answer in use. */
  let isUnjudged = false;
  let openQuestion: Question | undefined;
  /** The answers that tabs have been asked for and that are still of use. */
  const asks = new Map<Tab, Promise<unknown>>();

  const kept = (): string | undefined => {
    return literals.size === 0 ? lastKept : undefined;
  };

  const tabsWith = (predicate: (literal: string) => boolean): readonly Tab[] =>
    [...literals].flatMap(([tab, literal]) => (literal !== undefined && predicate(literal) ? [tab] : []));

  /** Asks a tab, unless it has been asked before and may still answer: its user may see a dialog. */
  const ask = (tab: Tab): { readonly answer: Promise<unknown>; readonly isOverdue: boolean } => {
    const isOverdue = sources.isTried(tab);
    const known = asks.get(tab);
    if (known !== undefined) return { answer: known, isOverdue };
    const asked = new Promise((resolve) => resolve(tab.ask(what)));
    const answer = Promise.race([asked, tab.departed.then(gone)]);
    asks.set(tab, answer);
    answer.then(
      () => sources.heard(tab),
      () => {
        if (asks.get(tab) === answer) asks.delete(tab);
      },
    );
    return { answer, isOverdue: false };
  };

  const inOrder = (): readonly Source[] => {
    const alone = kept();
    return alone === undefined ? sources.inOrder : [alone];
  };

  return {
    /** True if there is a source that has not failed to give an answer with which there is a session. */
    get hasUntried(): boolean {
      return sources.hasUntried;
    },

    /** The value that a session without tabs would use. */
    get kept(): string | undefined {
      return kept();
    },

    /** All values, and the answer in use. */
    get known(): readonly string[] {
      const known = [current?.answer, kept(), ...literals.values()];
      return known.filter((value) => value !== undefined);
    },

    /** Adds a tab with the value that it passed; with undefined if it is to be asked. */
    add(tab: Tab, literal: string | undefined): void {
      literals.set(tab, literal);
      sources.add(literal ?? tab);
      // It answers the question that another tab has not answered yet.
      if (literal !== undefined && !sources.isTried(literal)) openQuestion?.askNext();
    },

    remove(tab: Tab): void {
      const literal = literals.get(tab);
      if (!literals.delete(tab)) return;
      asks.delete(tab);
      if (literal === undefined || tabsWith((other) => other === literal).length === 0)
        sources.remove(literal ?? tab);
      if (literals.size === 0) lastKept = acceptedLiteral ?? literal;
    },

    /** Returns the tabs that passed a value for which `predicate` is true. */
    tabsWith,

    /**
     * Returns a value that a tab passed, or asks the tabs, one after the other; the first answer wins. Rejects when a tab has refused and
     * no other one answers. An earlier question is abandoned, and its promise never settles; then all tabs are asked anew.
     */
    get(): Promise<Answer> {
      if (openQuestion !== undefined) asks.clear();
      openQuestion?.end();
      current = undefined;
      return new Promise((resolve, reject) => {
        const question = createQuestion(what, clock, {
          sources: () => inOrder(),
          ask: (tab) => ask(tab),
          silent: (tab) => sources.silent(tab),
          failed: (tab) => sources.failed(tab),
          answered: (answer, source) => {
            openQuestion = undefined;
            current = { answer, source };
            isUnjudged = true;
            // An answer that arrives later would be stale when it is needed.
            asks.clear();
            resolve(current);
          },
          refused: (cause) => {
            openQuestion = undefined;
            reject(cause);
          },
        });
        openQuestion = question;
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
      if (acceptedLiteral !== undefined) lastKept = acceptedLiteral;
      return answer;
    },

    /** Notes that there was no session with the answer in use, and returns its source. */
    failed(): Source | undefined {
      const { source } = current ?? {};
      // An attempt may fail before it has an answer; the earlier one is not to blame.
      if (source === undefined || !isUnjudged) return undefined;
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

export type Answers = ReturnType<typeof createAnswers>;

function gone(): never {
  throw new Error("The tab is gone");
}
