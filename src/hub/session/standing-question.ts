import { describeType } from "../../contract/describe-type.js";
import type { Question } from "../../contract/port.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import type { AnswerKind } from "./answer-kinds.js";
import type { Source, SourceList } from "./source-list.js";
import type { TabAsks } from "./tab-asks.js";

/** Milliseconds after which the next tab is asked: the previous one may be frozen, or its dialog hidden. */
const PATIENCE = 5_000;

/** An answer and its origin. */
export interface Answer<Value> {
  readonly answer: Value;
  readonly source: Source;
}

/** A question to the tabs that has not been answered. */
export interface StandingQuestion<Value> {
  /** Resolves with the first answer; rejects when all tabs have refused. */
  readonly answered: Promise<Answer<Value>>;
  /** True if no tab is being asked: the question waits for one that has an answer. */
  readonly isIdle: boolean;
  /** Tries the next source. */
  askNext(): void;
  /** Asks all tabs anew; their earlier answers are ignored. */
  restart(): void;
  /** Ends the question without an outcome: later answers and refusals are ignored. */
  end(): void;
}

/** Receives what the tabs are being asked; undefined when the question has ended. */
export type AskingListener = (question: Question | undefined) => void;

/** The parts of a question. */
export interface QuestionParts<Value> {
  readonly kind: AnswerKind<Value>;
  readonly question: Question;
  readonly clock: Clock;
  /** Milliseconds after which the question ends without an answer; 0: never. */
  readonly timeout: number;
  readonly sources: SourceList;
  readonly asks: TabAsks;
  /** Returns the sources in the order in which they are tried. */
  readonly inOrder: () => readonly Source[];
  /** Tells whether there are tabs that have no answer of their own, but whose session another tab may yet provide with one. */
  readonly mayCome: () => boolean;
  readonly asking: AskingListener;
}

/**
 * Begins a question, which is sent to one tab; after a while, or when that tab refuses, also to the next one, including tabs that have
 * joined since. A tab that leaves or vanishes counts as having refused.
 *
 * When all were asked, the question ends a while after a refusal, so that the tab that refused is asked again later. As long as no tab
 * has refused, it does not end: a user may be typing the secret. The same holds for a tab that has no answer yet, and if all tabs have
 * the session's credentials from one that has left.
 * @param ended called once, with the answer if there is one
 */
export function beginQuestion<Value>(
  { kind, question, clock, timeout, sources, asks, inOrder, mayCome, asking }: QuestionParts<Value>,
  ended: (answer: Answer<Value> | undefined) => void,
): StandingQuestion<Value> {
  let asked = new Set<Source>();
  let unanswered = new Set<Tab>();
  let lastRefusal = new Error(`No attached tab could be asked for the ${kind.what}`);
  /** True once the listener knows of the question. */
  let isTold = false;
  /** True once a tab that is still there has refused. */
  let canAskAgain = false;
  let isOver = false;
  let stopTimer = (): void => undefined;
  let stopDeadline = (): void => undefined;
  let resolve: (answer: Answer<Value>) => void = () => undefined;
  let reject: (cause: Error) => void = () => undefined;
  const answered = new Promise<Answer<Value>>((...settle) => ([resolve, reject] = settle));

  const end = (answer?: Answer<Value>): void => {
    isOver = true;
    stopTimer();
    stopDeadline();
    ended(answer);
    if (isTold) asking(undefined);
  };

  const refuse = (): void => {
    end();
    reject(lastRefusal);
  };

  const succeed = (value: Value, source: Source): void => {
    const answer = { answer: value, source };
    end(answer);
    // An answer that arrives later would be stale when it is needed.
    asks.dismissAll();
    resolve(answer);
  };

  /** Returns the tab or value to try next: a tab that its user sees before the others, unless it has been tried. */
  const nextSource = (): Source | undefined => {
    const left = inOrder().filter((source) => !asked.has(source));
    const [first] = left;
    if (typeof first !== "object" || !first.isHidden) return first;
    const isSeen = (source: Source): boolean => typeof source === "object" && !source.isHidden;
    return left.find((source) => isSeen(source) && !sources.isTried(source)) ?? first;
  };

  const tell = (): void => {
    if (!isTold) asking(question);
    isTold = true;
  };

  const askNext = (): void => {
    stopTimer();
    const source = nextSource();
    if (typeof source === "string") return succeed(kind.fromLiteral(source), source);
    if (source !== undefined) {
      // A tab that has been asked before and stayed silent is not waited for.
      const isOverdue = asks.has(source) && sources.isTried(source);
      asked.add(source);
      tell();
      unanswered.add(source);
      void hear(source, asks.answerOf(source, question));
      if (isOverdue) return askNext();
    } else if (unanswered.size === 0) return canAskAgain || !mayCome() ? refuse() : tell();
    stopTimer = clock.after(PATIENCE, () => {
      for (const tab of unanswered) sources.silent(tab);
      if (source === undefined && canAskAgain) refuse();
      else askNext();
    });
  };

  const restart = (): void => {
    asks.dismissAll();
    asked = new Set();
    unanswered = new Set();
    askNext();
  };

  const hear = async (tab: Tab, coming: Promise<unknown>): Promise<void> => {
    const round = asked;
    const isPast = (): boolean => isOver || round !== asked;
    try {
      const answer = await coming;
      if (isPast()) return;
      if (answer === null) {
        await tab.departed;
        throw new Error("The tab is gone");
      }
      // The tab has checked it; but it comes from the port, and must never be quoted.
      if (!kind.accepts(answer)) throw new Error(`The answer is ${describeType(answer)} that cannot be used`);
      asks.forget(tab);
      succeed(answer, tab);
    } catch (cause) {
      if (isPast()) return;
      unanswered.delete(tab);
      lastRefusal = cause instanceof Error ? cause : new Error("The tab failed to answer");
      canAskAgain ||= inOrder().includes(tab);
      sources.failed(tab);
      askNext();
    }
  };

  const expire = (): void => {
    lastRefusal = new Error(`There was no answer within ${timeout} ms`);
    asks.dismissAll();
    refuse();
  };
  if (timeout > 0) stopDeadline = clock.after(timeout, expire);
  return {
    answered,
    get isIdle() {
      return unanswered.size === 0;
    },
    askNext,
    restart,
    end: () => end(),
  };
}
