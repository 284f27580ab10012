import { describe, expect, it } from "vitest";
import type { TabId } from "../../contract/ids.js";
import { Credentials } from "./credentials.js";
import type { Tab } from "../tab/tab.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { FakeTab } from "../../testing/fake-tab.js";
import { createHubTab } from "../../testing/hub-tab.js";

const PATIENCE = 5_000;

function setUp() {
  const fake = createFakeEnvironment();
  const tabs: Tab[] = [];
  /** The names of the tabs in the order in which they were asked. */
  const asked: string[] = [];
  const credentials = new Credentials(
    { method: "ticket", authid: "joe", secret: "ask" },
    () => tabs,
    fake.env.clock,
  );
  /** Attaches a tab. Returns the controls of its answer, for when it is asked. */
  const join = (name: string) => {
    const page = new FakeTab(name as TabId);
    const answer = { give: (_secret: string): void => undefined, refuse: (): void => undefined };
    page.secret = () => {
      asked.push(name);
      return new Promise((resolve, reject) => {
        answer.give = resolve;
        answer.refuse = () => {
          reject(new Error(`${name} refused`));
        };
      });
    };
    const tab = createHubTab(page.id, page, fake.env);
    tabs.push(tab);
    return {
      give: (secret: string) => answer.give(secret),
      refuse: () => answer.refuse(),
      die: () => {
        tabs.splice(tabs.indexOf(tab), 1);
        tab.close();
      },
    };
  };
  /** Asks for the secret. Returns the outcome so far, as a word. */
  const get = () => {
    const outcome = { is: "pending" };
    credentials.get().then(
      (secret) => (outcome.is = secret),
      (cause: unknown) => (outcome.is = String(cause)),
    );
    return outcome;
  };
  const admits = (literal: string, authid = "joe"): boolean =>
    credentials.admits({ method: "ticket", authid, secret: { literal } });
  return { ...fake, credentials, join, get, admits, asked };
}

describe("Credentials", () => {
  it("asks another tab when one does not answer for a while, and uses the first answer", async () => {
    const { join, get, asked, advance, settle, clock } = setUp();
    const [a, b] = [join("a"), join("b"), join("c")];
    const outcome = get();
    await advance(PATIENCE - 1);
    expect(asked).toEqual(["a"]);
    await advance(1);
    expect(asked).toEqual(["a", "b"]);
    b.give("of b");
    await settle();
    expect([outcome.is, clock.pending]).toEqual(["of b", 0]);
    a.give("of a");
    await advance(60_000);
    expect([outcome.is, asked]).toEqual(["of b", ["a", "b"]]);
  });

  it("@G1 admits a tab unless its secret differs from the first one", async () => {
    const { credentials, join, get, admits, advance, settle } = setUp();
    expect([admits("one"), admits("one", "jane")]).toEqual([true, false]);
    const [a, b] = [join("a"), join("b")];
    get();
    await advance(PATIENCE);
    a.give("one");
    await settle();
    b.give("two");
    await settle();
    expect([admits("one"), admits("two"), admits("one", "jane")]).toEqual([true, false, false]);
    expect(credentials.admits({ method: "ticket", authid: "joe", secret: "ask" })).toBe(true);
    expect(credentials.admits({ method: "anonymous", authid: "joe" })).toBe(false);
  });

  it("asks no further tab after the first answer, even if another tab refuses", async () => {
    const { join, get, asked, advance, settle, clock } = setUp();
    const [a, b] = [join("a"), join("b"), join("c")];
    get();
    await advance(PATIENCE);
    a.give("of a");
    await settle();
    b.refuse();
    await settle();
    expect([asked, clock.pending]).toEqual([["a", "b"], 0]);
  });

  it("accepts the answer of a slow tab", async () => {
    const { join, get, advance, settle } = setUp();
    const [a] = [join("a"), join("b")];
    const outcome = get();
    await advance(PATIENCE);
    a.give("of a");
    await settle();
    expect(outcome.is).toBe("of a");
  });

  it("asks the next tab at once after a refusal, and rejects with the last reason when all have refused", async () => {
    const { join, get, asked, advance, settle, clock } = setUp();
    const [a, b, c] = [join("a"), join("b"), join("c")];
    const outcome = get();
    await advance(PATIENCE);
    b.refuse();
    await settle();
    expect(asked).toEqual(["a", "b", "c"]);
    c.refuse();
    await settle();
    expect(outcome.is).toBe("pending");
    a.refuse();
    await settle();
    expect([outcome.is, clock.pending]).toEqual(["Error: a refused", 0]);
  });

  it("treats the departure of a tab as a refusal", async () => {
    const { join, get, asked, settle, clock } = setUp();
    const [a, b] = [join("a"), join("b")];
    const outcome = get();
    a.die();
    await settle();
    expect(asked).toEqual(["a", "b"]);
    b.die();
    await settle();
    expect([outcome.is, clock.pending]).toEqual(["Error: The tab is gone", 0]);
  });

  it("rejects at once if no tab is attached", async () => {
    const { get, settle, clock } = setUp();
    const outcome = get();
    await settle();
    expect(outcome.is).toMatch("No attached tab could be asked");
    expect(clock.pending).toBe(0);
  });

  it("asks a tab that joins while all others are silent", async () => {
    const { join, get, asked, advance, settle } = setUp();
    join("a");
    const outcome = get();
    await advance(10 * PATIENCE);
    const late = join("late");
    await advance(PATIENCE);
    expect(asked).toEqual(["a", "late"]);
    late.give("of late");
    await settle();
    expect(outcome.is).toBe("of late");
  });

  it("abandons the earlier question when it is asked again", async () => {
    const { join, get, asked, advance, settle, clock } = setUp();
    const a = join("a");
    const earlier = get();
    const outcome = get();
    join("b");
    await advance(PATIENCE);
    expect(asked).toEqual(["a", "a", "b"]);
    a.give("of a");
    await settle();
    expect([earlier.is, outcome.is, clock.pending]).toEqual(["pending", "of a", 0]);
  });
});
