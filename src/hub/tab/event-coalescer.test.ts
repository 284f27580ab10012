import { describe, expect, it } from "vitest";
import { createPromptPace } from "./event-coalescer.js";

/** Creates a pace whose pauses end, and whose timers fire, when the test says so. */
function setUp() {
  const pauses: { isOver: boolean; fire: (() => void) | undefined }[] = [];
  const pace = createPromptPace(() => {
    const pause = { isOver: false, fire: undefined as (() => void) | undefined };
    pauses.push(pause);
    return {
      get isOver() {
        return pause.isOver;
      },
      atEnd: (task) => void (pause.fire ??= task),
    };
  });
  const sent: string[] = [];
  /** Returns a tab's attempt to send. */
  const tab = (name: string) => {
    const send = (): void => {
      if (pace.maySend(send, 1)) sent.push(name);
    };
    return send;
  };
  const latest = () => pauses.at(-1) ?? { isOver: false, fire: undefined };
  return { pace, pauses, sent, tab, latest };
}

const turn = () => Promise.resolve();

describe("the pace of visible tabs", () => {
  it("has no timer as long as each event comes after the pause of the one before", async () => {
    const { pauses, sent, tab } = setUp();
    const a = tab("a");
    for (const count of [1, 2, 3]) {
      a();
      await turn();
      expect([sent.length, pauses.length]).toEqual([count, count]);
      for (const pause of pauses) pause.isOver = true;
    }
    expect(pauses.map(({ fire }) => fire)).toEqual([undefined, undefined, undefined]);
  });

  it("lets all tabs that wait send in the same turn, and begins one pause after that", async () => {
    const { pauses, sent, tab, latest } = setUp();
    const [a, b] = [tab("a"), tab("b")];
    a();
    await turn();
    for (const send of [a, b, a]) send();
    expect(sent).toEqual(["a"]);
    const { fire } = latest();
    latest().isOver = true;
    fire?.();
    expect([sent, pauses.length]).toEqual([["a", "a", "b"], 1]);
    await turn();
    expect(pauses).toHaveLength(2);
  });

  it("@G10 gives a tab that waits its turn although an event for another tab comes before the late timer", async () => {
    const { sent, tab, latest } = setUp();
    const [a, b] = [tab("a"), tab("b")];
    a();
    await turn();
    a();
    const { fire } = latest();
    latest().isOver = true;
    b();
    await turn();
    fire?.();
    expect(sent).toEqual(["a", "a", "b"]);
  });

  it("sends at once after a pause whose waiting events were sent along with something else", async () => {
    const { pace, sent, tab, latest } = setUp();
    const [a, b] = [tab("a"), tab("b")];
    a();
    await turn();
    a();
    pace.forget(a);
    latest().isOver = true;
    b();
    expect(sent).toEqual(["a", "b"]);
  });
});
