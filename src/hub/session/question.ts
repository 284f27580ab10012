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
 * When all were asked, the question ends a while after a refusal, so that the tab that refused is asked again later. As long as no tab
 * has refused, it does not end: a user may be typing the secret.
 * Calls either `answered` or `refused`, once.
 */
export function createQuestion(what: Asked, clock: Clock, events: QuestionEvents) {
  const asked = new Set<Source>();
  const unanswered = new Set<Tab>();
  let lastRefusal: Error | undefined;
  /** True once a tab that is still there has refused. */
  let canAskAgain = false;
  let ended = false;
  let stopTimer: () => void = () => undefined;

  const askNext = (): void => {
    stopTimer();
    const source = events.sources().find((candidate) => !asked.has(candidate));
    if (typeof source === "string") return conclude(source, source);
    if (source === undefined && unanswered.size === 0) return refuse();
    if (source !== undefined && ask(source)) return askNext();
    stopTimer = clock.after(PATIENCE, () => waited(source === undefined));
  };

  const end = (): void => {
    ended = true;
    stopTimer();
  };

  const waited = (wereAllAsked: boolean): void => {
    for (const tab of unanswered) events.silent(tab);
    if (wereAllAsked && canAskAgain) refuse();
    else askNext();
  };

  /** Asks a tab. Returns true if its answer is not to be waited for. */
  const ask = (tab: Tab): boolean => {
    asked.add(tab);
    unanswered.add(tab);
    const { answer, isOverdue } = events.ask(tab);
    void hear(tab, answer);
    return isOverdue;
  };

  const hear = async (tab: Tab, asked: Promise<unknown>): Promise<void> => {
    try {
      const answer = await asked;
      if (ended) return;
      // The tab has checked it; but it comes from the port, and must never be quoted.
      if (!isText(answer) || (answer === "" && what === "secret"))
        throw new Error(`The answer is ${describeType(answer)} that cannot be used`);
      conclude(answer, tab);
    } catch (cause) {
      if (ended) return;
      unanswered.delete(tab);
      lastRefusal = cause instanceof Error ? cause : new Error("The tab failed to answer");
      if (events.sources().includes(tab)) canAskAgain = true;
      events.failed(tab);
      askNext();
    }
  };

  const conclude = (answer: string, source: Source): void => {
    end();
    events.answered(answer, source);
  };

  const refuse = (): void => {
    end();
    events.refused(lastRefusal ?? new Error(`No attached tab could be asked for the ${what}`));
  };

  return {
    /** Tries the next source. */
    askNext,

    /** Ends the question: later answers and refusals are ignored. */
    end,
  };
}

export type Question = ReturnType<typeof createQuestion>;
