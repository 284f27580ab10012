import type { Question } from "../../contract/port.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import type { AnswerKind } from "./answer-kinds.js";
import { createSourceList } from "./source-list.js";
import type { Source } from "./source-list.js";
import { beginQuestion } from "./standing-question.js";
import type { Answer, AskingListener, StandingQuestion } from "./standing-question.js";
import { createTabAsks } from "./tab-asks.js";
import type { Offer } from "./tab-asks.js";

export type Answers<Value> = ReturnType<typeof createAnswers<Value>>;

/**
 * The tabs' answers to questions of one kind, and the order in which the tabs are tried ({@link createSourceList}). Answers are kept only in
 * memory.
 * @param timeout milliseconds after which a question ends without an answer; 0: never
 */
export function createAnswers<Value>(
  kind: AnswerKind<Value>,
  clock: Clock,
  timeout = 0,
  asking: AskingListener = () => undefined,
  offer?: Offer,
) {
  const { what, newestFirst = false } = kind;
  /** The tabs with an answer: the value that a tab passed, or undefined if it is to be asked. */
  const literals = new Map<Tab, string | undefined>();
  const sources = createSourceList(newestFirst);
  /** The tabs without an answer: another one has given the session its credentials. */
  const mutes = new Set<Tab>();
  /** The value that the router accepted last, and has not refused since. */
  let acceptedLiteral: string | undefined;
  /** The value for a session whose tabs have all left. */
  let lastKept: string | undefined;
  /** The answer in use, once there is one. */
  let current: Answer<Value> | undefined;
  /** True until it is known whether there is a session with the answer in use. */
  let isUnjudged = false;
  /** True if the answer to the question that stands is kept for the next one, and that answer. */
  let isKept = false;
  let keptAnswer: Answer<Value> | undefined;
  /** True if the answer in use was kept. */
  let wasKept = false;
  let standing: StandingQuestion<Value> | undefined;
  const asks = createTabAsks((tab) => sources.heard(tab), offer);

  /** Returns the value that a session without tabs would use. */
  const kept = (): string | undefined => (literals.size === 0 ? lastKept : undefined);

  const inOrder = (): readonly Source[] => {
    const alone = kept();
    return alone === undefined ? sources.inOrder : [alone];
  };

  const mayCome = (): boolean => mutes.size > 0;

  /** Returns the tabs that passed a value for which `predicate` is true. */
  const tabsWith = (predicate: (literal: string) => boolean): readonly Tab[] =>
    [...literals].flatMap(([tab, literal]) => (literal !== undefined && predicate(literal) ? [tab] : []));

  const begin = (question: Question): StandingQuestion<Value> =>
    beginQuestion({ kind, question, clock, timeout, sources, asks, inOrder, mayCome, asking }, (answer) => {
      standing = undefined;
      if (answer === undefined) return;
      current = answer;
      isUnjudged = true;
      if (isKept) keptAnswer = answer;
    });

  /** Abandons the question that stands, whose promise never settles; the next one asks all tabs anew. */
  const abandon = (): void => {
    asks.dismissAll();
    standing?.end();
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

    /** All values that tabs passed. */
    get literals(): readonly string[] {
      return [kept(), ...literals.values()].filter((value) => value !== undefined);
    },

    /** The answer in use. */
    get answer(): Value | undefined {
      return current?.answer;
    },

    /** Adds a tab with the value that it passed; with undefined if it is to be asked. */
    add(tab: Tab, literal: string | undefined): void {
      literals.set(tab, literal);
      sources.add(literal ?? tab);
      // It answers the question that another tab has not answered yet.
      if (standing?.isIdle === true || (literal !== undefined && !sources.isTried(literal)))
        standing?.askNext();
    },

    /** Adds a tab that cannot be asked. */
    addMute: (tab: Tab): void => void mutes.add(tab),

    remove(tab: Tab): void {
      mutes.delete(tab);
      const literal = literals.get(tab);
      if (!literals.delete(tab)) return;
      asks.forget(tab);
      if (literal === undefined || tabsWith((other) => other === literal).length === 0)
        sources.remove(literal ?? tab);
      if (literals.size === 0) lastKept = acceptedLiteral ?? literal;
    },

    /**
     * Returns a value that a tab passed, or asks the tabs, one after the other; the first answer wins. Rejects when a tab has refused and
     * no other one answers. A question that stands is joined.
     */
    get(question: Question): Promise<Answer<Value>> {
      // The answer to one challenge is none to another.
      if (what === "signature") abandon();
      isKept = false;
      if (standing !== undefined) {
        asking(question);
        return standing.answered;
      }
      current = keptAnswer;
      keptAnswer = undefined;
      wasKept = current !== undefined;
      if (current !== undefined) return Promise.resolve(current);
      const begun = begin(question);
      standing = begun;
      begun.askNext();
      return begun.answered;
    },

    abandon,

    /** Asks all tabs anew for what they have not answered yet. */
    askAgain: (): void => standing?.restart(),

    /** Keeps the answer to the question that stands for the next one, because the connection that it was for has ended. */
    keep(): void {
      isKept = standing !== undefined;
    },

    /** True if the answer in use was meant for an earlier connection. */
    get wasKept(): boolean {
      return wasKept;
    },

    /** Notes that the router accepted the answer in use, and returns that. */
    accepted(): Value | undefined {
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
