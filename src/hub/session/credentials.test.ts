import { describe, expect, it } from "vitest";
import type { TabId } from "../../contract/ids.js";
import { disconnected, refused } from "../../connection/disconnection.js";
import type { SessionConfig } from "../../contract/session-config.js";
import { createCredentials } from "./credentials.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { FakeTab } from "../../testing/fake-tab.js";
import { createHubTab } from "../../testing/hub-tab.js";
import { sessionConfig } from "../../testing/session-config.js";

const PATIENCE = 5_000;

type Auth = SessionConfig["auth"];

const asking: Auth = [{ method: "ticket", authid: "joe", secret: "ask" }];
const literal = (secret: string, authid = "joe"): Auth => [
  { method: "ticket", authid, secret: { literal: secret } },
];
const refusedSecret = (uri: string) => ({ ...refused(uri, {}), provenBy: "ticket" });
const REFUSED = refusedSecret("wamp.error.authentication_failed");

function setUp(auth = asking) {
  const fake = createFakeEnvironment();
  /** The names of the tabs in the order in which they were asked. */
  const asked: string[] = [];
  /** The names of the expelled tabs, with the reasons. */
  const expelled: string[] = [];
  const config = sessionConfig({ principal: "joe", auth });
  /** The questions as the status tells of them; undefined when one has ended. */
  const questions: (string | undefined)[] = [];
  const credentials = createCredentials(
    config,
    fake.env.clock,
    (tab, { message }) => {
      expelled.push(`${tab.id}: ${message}`);
      credentials.remove(tab);
    },
    (question) => questions.push(question && `${question.what} for ${question.method}`),
  );
  /** Attaches a tab. Returns the controls of its answer, for when it is asked. */
  const join = (name: string, { auth = asking, access = config.access }: Partial<SessionConfig> = {}) => {
    const page = new FakeTab(name as TabId);
    const answer = { give: (_secret: string): void => undefined, refuse: (): void => undefined };
    const ask = () => {
      asked.push(name);
      return new Promise<string>((resolve, reject) => {
        answer.give = resolve;
        answer.refuse = () => {
          reject(new Error(`${name} refused`));
        };
      });
    };
    page.secret = ask;
    page.query = ask;
    const tab = createHubTab(page.id, page, fake.env);
    credentials.add(tab, { auth, access });
    return {
      give: (secret: string) => answer.give(secret),
      refuse: () => answer.refuse(),
      die: () => {
        credentials.remove(tab);
        tab.close();
      },
    };
  };
  /** Observes an answer. Returns the outcome so far, as a word. */
  const outcomeOf = (promise: Promise<string>) => {
    const outcome = { is: "pending" };
    promise.then(
      (secret) => (outcome.is = secret),
      (cause: unknown) => (outcome.is = String(cause)),
    );
    return outcome;
  };
  const get = () => outcomeOf(credentials.secret("ticket"));
  const admits = (secret: string, authid = "joe"): boolean => credentials.admits(literal(secret, authid));
  return { ...fake, credentials, join, outcomeOf, get, admits, asked, expelled, questions };
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

  it("@G1 admits a tab unless its secret differs from the one that the router has accepted", async () => {
    const { credentials, join, get, admits, advance, settle } = setUp();
    expect([admits("one"), admits("one", "jane")]).toEqual([true, false]);
    const [a, b] = [join("a"), join("b")];
    get();
    await advance(PATIENCE);
    a.give("one");
    await settle();
    expect(admits("two")).toBe(true);
    credentials.accepted("ticket");
    b.give("two");
    await settle();
    expect([admits("one"), admits("two"), admits("one", "jane")]).toEqual([true, false, false]);
    expect(credentials.admits(asking)).toBe(true);
    expect(credentials.admits([{ method: "anonymous", authid: "joe" }])).toBe(false);
    // The router may have changed its mind.
    get();
    a.give("one");
    await settle();
    expect(credentials.refused(REFUSED)).toBe(true);
    expect(admits("two")).toBe(true);
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

  it("asks anew on demand, and ignores earlier answers", async () => {
    const { credentials, join, get, asked, settle, clock } = setUp();
    const pages = [join("a"), join("b")];
    const outcomes = [get(), get()];
    const [first] = pages.map(({ give }) => give);
    expect(asked).toEqual(["a"]);
    const early = pages[0];
    credentials.askAgain();
    expect(asked).toEqual(["a", "a"]);
    early?.refuse();
    await settle();
    expect(asked).toEqual(["a", "a", "b"]);
    pages[1]?.give("of b");
    first?.("of a");
    await settle();
    expect([...outcomes.map(({ is }) => is), clock.pending]).toEqual(["of b", "of b", 0]);
  });

  it("@G1 expels the tabs whose secret differs once the router has accepted one, and nobody else", async () => {
    const { credentials, join, get, settle, expelled } = setUp();
    const a = join("a");
    get();
    a.give("right");
    await settle();
    join("b", { auth: literal("wrong") });
    join("c", { auth: literal("right") });
    credentials.accepted("ticket");
    expect(expelled).toEqual(["b: A session of joe in realm1 already exists with different credentials"]);
    credentials.accepted("ticket");
    expect(expelled).toHaveLength(1);
  });

  it("@G1 takes the secret of a joining tab for the answer that another tab has not given yet", async () => {
    const { credentials, join, get, asked, settle, expelled, clock } = setUp();
    join("a");
    const outcome = get();
    join("b", { auth: literal("wrong") });
    await settle();
    expect([outcome.is, clock.pending]).toEqual(["wrong", 0]);
    expect(credentials.refused(REFUSED)).toBe(true);
    expect(expelled).toEqual([`b: ${REFUSED.error.message}`]);
    const again = get();
    await settle();
    expect([again.is, asked]).toEqual(["pending", ["a", "a"]]);
  });

  it("@G11 asks another tab after a refusal, and the same tab only after all others", async () => {
    const { credentials, join, get, asked, settle } = setUp();
    const tabs = [join("a"), join("b"), join("c")];
    const verdicts: boolean[] = [];
    for (const tab of [...tabs, ...tabs]) {
      get();
      tab.give("stale");
      await settle();
      verdicts.push(credentials.refused(REFUSED));
    }
    expect(asked).toEqual(["a", "b", "c", "a", "b", "c"]);
    expect(verdicts).toEqual([true, true, false, false, false, false]);
    get();
    tabs[0]?.give("fresh");
    await settle();
    credentials.accepted("ticket");
    get();
    expect(asked.at(-1)).toBe("a");
  });

  it("@G11 another secret takes the place of a refused one; the last one is refused for all", async () => {
    const { credentials, join, get, settle, expelled } = setUp(literal("one"));
    join("a", { auth: literal("one") });
    join("b", { auth: literal("two") });
    const first = get();
    await settle();
    expect([first.is, credentials.refused(REFUSED)]).toEqual(["one", true]);
    const second = get();
    await settle();
    expect([second.is, credentials.refused(REFUSED)]).toEqual(["two", false]);
    expect(expelled).toEqual([`a: ${REFUSED.error.message}`]);
  });

  it("@G11 expels nobody for a refusal once there has been a session: its users may not be back yet", async () => {
    const { credentials, join, get, settle, expelled } = setUp(literal("one"));
    join("a", { auth: literal("one") });
    join("b");
    get();
    await settle();
    credentials.accepted("ticket");
    get();
    await settle();
    expect(credentials.refused(REFUSED)).toBe(true);
    expect(expelled).toEqual([]);
  });

  it("@G11 tries another secret after a reason of the application's own, but expels no tab for it: it may pass", async () => {
    const { credentials, join, get, asked, settle, expelled } = setUp(literal("one"));
    join("a", { auth: literal("one") });
    join("b");
    get();
    await settle();
    expect(credentials.refused(refusedSecret("com.example.busy"))).toBe(true);
    get();
    expect([asked, expelled]).toEqual([["b"], []]);
  });

  it("@G11 a failure before the secret was sent changes nothing", async () => {
    const { credentials, join, get, asked, settle } = setUp();
    const a = join("a");
    join("b");
    get();
    a.give("right");
    await settle();
    expect(credentials.refused(refused("wamp.error.no_such_realm", {}))).toBe(false);
    get();
    expect(asked).toEqual(["a", "a"]);
  });

  it("keeps a value for a session whose tabs have left", async () => {
    const { credentials, join, get, admits, settle } = setUp(literal("one"));
    const a = join("a", { auth: literal("one") });
    get();
    await settle();
    a.die();
    const outcome = get();
    await settle();
    expect(outcome.is).toBe("one");
    expect([admits("one"), admits("two")]).toEqual([true, false]);
    expect(credentials.refused(REFUSED)).toBe(false);
  });

  it("@G15 accepts no answer that cannot be sent, and does not show it", async () => {
    const { join, get, settle } = setUp();
    const a = join("a");
    for (const answer of ["s3cret\ud800", "\0s3cret", { toString: () => "s3cret" }]) {
      const outcome = get();
      a.give(answer as string);
      await settle();
      expect(outcome.is).toMatch(/^Error: The answer is (a string|an object) that cannot be used$/);
    }
  });

  it("asks for the query of each connection, another tab after a failed attempt, and appends it", async () => {
    const access = { urls: ["ws://a.example/ws?x=1"], query: "ask" } as const;
    const { credentials, join, outcomeOf, asked, settle } = setUp();
    const tabs = [join("a", { access }), join("b", { access })];
    for (const tab of tabs.reverse()) {
      const address = outcomeOf(credentials.address(0));
      tab.give("token=1");
      await settle();
      expect(address.is).toBe("ws://a.example/ws?x=1&token=1");
      credentials.refused(disconnected("ws://a.example/ws", false, 1006, ""));
    }
    expect(asked).toEqual(["b", "a"]);
  });

  it("connects with the complete URL of the latest tab", async () => {
    const { credentials, join } = setUp();
    const withToken = (token: number) => ({ access: { urls: [`ws://a.example/ws?token=${token}`] } });
    join("a", withToken(1));
    const b = join("b", withToken(2));
    expect(await credentials.address(0)).toBe("ws://a.example/ws?token=2");
    b.die();
    expect(await credentials.address(0)).toBe("ws://a.example/ws?token=1");
  });
});
