import { describe, expect, it } from "vitest";
import type { AnswerHandler, WireSession } from "../../connection/wire-session.js";
import { jsonSerializer } from "../../codec/json.js";
import type { RequestId, SubscriptionHandle, TabId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { Answer, NewRequest } from "../../protocol/messages.js";
import type { PublicationId, WireRequestId, WireSubscriptionId } from "../../protocol/ids.js";
import { sessionConfig } from "../../testing/session-config.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { json } from "../../testing/harness.js";
import { createHubTab } from "../../testing/hub-tab.js";
import type { Tab } from "../tab/tab.js";
import { SendQueue } from "../tab/send-queue.js";
import { PendingRequest } from "../tab/pending-request.js";
import { createPublications } from "./publications.js";
import { createPublisherExclusions } from "./publisher-exclusions.js";
import { createSeenRecord } from "./seen-record.js";
import { createSubscriptions } from "./subscriptions.js";

const TOPIC = "com.example.tick";
const TIMEOUT = 10_000;

/** A message on the wire, and the way to answer it. */
interface Sent {
  readonly type: NewRequest["type"];
  readonly options: Dict;
  readonly handler: AnswerHandler | undefined;
}

/** The publish-and-subscribe half of a session, without a connection. */
function setUp({ publisherExclusion = true } = {}) {
  const fake = createFakeEnvironment();
  const sent: Sent[] = [];
  const send = (message: Sent): WireRequestId => sent.push(message) as WireRequestId;
  const session = {
    open: true,
    id: 1,
    details: {},
    received: 0,
    answerTimeout: 500,
    serializer: jsonSerializer,
    features: { pattern_based_subscription: true, publisher_exclusion: publisherExclusion },
    request: ({ type, options }, handler) => send({ type, options, handler }),
    release: ({ type }, handler) => send({ type, options: {}, handler }),
  } as WireSession;
  const restores = {
    restore: (restore: (wire: WireSession) => void) => restore(session),
    giveBack: (send: (wire: WireSession) => void) => send(session),
    pump: () => undefined,
  };
  const exclusions = createPublisherExclusions(fake.clock);
  const subscriptions = createSubscriptions(
    { clock: fake.clock, requestTimeout: TIMEOUT, session: () => session, restores },
    exclusions,
    createSeenRecord(fake.env, sessionConfig()),
  );
  const publications = createPublications(fake.env, subscriptions, TIMEOUT);
  let lastRequest = 0;
  const newRequest = () => (lastRequest += 1) as RequestId;

  const join = (name: string) => {
    const notices: Notice[] = [];
    const deliver = (batch: readonly Notice[]): Promise<void> => {
      notices.push(...batch);
      return Promise.resolve();
    };
    const ask = (): Promise<string> => Promise.reject(new Error("There is no secret"));
    const isFatal = () => Promise.resolve(null);
    const tab = createHubTab(name as TabId, { deliver, ask, dismiss: () => undefined, isFatal }, fake.env);
    tab.notices.open();
    return { tab, notices };
  };
  /** Subscribes a tab; its turn to send comes at once if `isSent`. */
  const subscribe = (tab: Tab, handle: number, isSent = true): PendingRequest => {
    const request = newRequest();
    const pending = tab.begin(request, { timeout: 0, offline: "wait", isLimited: true });
    const subscription = handle as SubscriptionHandle;
    subscriptions.subscribe(
      tab,
      { kind: "subscribe", request, subscription, topic: TOPIC, options: {}, timeout: 0, offline: "wait" },
      pending,
    );
    if (isSent) tab.queue.take("request")?.send(session);
    return pending;
  };
  const unsubscribe = (tab: Tab, handle: number): void =>
    subscriptions.unsubscribe(
      tab,
      handle as SubscriptionHandle,
      tab.begin(newRequest(), { timeout: 0, offline: "wait", isLimited: false }),
    );
  /** Answers the message that was sent at a position. */
  const subscribed = (position: number, id = 7): void =>
    sent[position]?.handler?.answered({ type: "SUBSCRIBED", subscription: id } as Answer);
  const refused = (position: number, error = "wamp.error.not_authorized"): void =>
    sent[position]?.handler?.answered({
      type: "ERROR",
      error,
      details: {},
      payload: json(),
    } as Answer);
  const event = async (publication: number, id = 7): Promise<void> => {
    subscriptions.received({
      type: "EVENT",
      subscription: id as WireSubscriptionId,
      publication: publication as PublicationId,
      details: {},
      payload: json(publication),
    });
    await fake.settle();
  };
  return {
    fake,
    session,
    sent,
    exclusions,
    subscriptions,
    publications,
    join,
    newRequest,
    subscribe,
    unsubscribe,
    subscribed,
    refused,
    event,
  };
}

const publicationsOf = (notices: readonly Notice[]): number[] =>
  notices.flatMap((notice) => (notice.kind === "events" ? [...notice.publications] : []));

describe("subscriptions", () => {
  it("@G2 delivers events by the router's id only while the topic is subscribed", async () => {
    const { subscriptions, join, subscribe, unsubscribe, subscribed, event } = setUp();
    const { tab, notices } = join("a");
    subscribe(tab, 1);
    await event(1);
    subscribed(0);
    await event(2);
    subscriptions.sessionLost({ name: "ConnectionLostError", message: "", fields: { sent: true } });
    await event(3);
    subscriptions.restore();
    await event(4, 8);
    subscribed(1, 8);
    await event(5, 8);
    await event(6, 7);
    unsubscribe(tab, 1);
    await event(7, 8);
    expect(publicationsOf(notices)).toEqual([2, 5]);
  });

  it("@G13 ends for all tabs when the router refuses to restore it for good, not when the session is lost", async () => {
    const { fake, subscriptions, join, subscribe, subscribed, refused } = setUp();
    const [a, b] = [join("a"), join("b")];
    subscribe(a.tab, 1);
    subscribed(0);
    subscriptions.sessionLost({ name: "ConnectionLostError", message: "", fields: { sent: true } });
    await fake.settle();
    expect([subscriptions.count(a.tab), a.notices.map(({ kind }) => kind)]).toEqual([1, ["done"]]);
    subscriptions.restore();
    subscribe(b.tab, 1);
    refused(1);
    await fake.settle();
    const kinds = [a, b].map(({ notices }) => notices.at(-1)?.kind);
    expect(kinds).toEqual(["subscription-ended", "rejected"]);
    expect([subscriptions.count(a.tab), subscriptions.inspect()]).toEqual([0, []]);
  });

  it("@G13 repeats a restore for a tab that has joined, even if the one that had the subscription has left", async () => {
    const { fake, sent, subscriptions, join, subscribe, unsubscribe, subscribed, refused } = setUp();
    const [a, b] = [join("a"), join("b")];
    subscribe(a.tab, 1);
    subscribed(0);
    subscriptions.sessionLost({ name: "ConnectionLostError", message: "", fields: { sent: true } });
    subscriptions.restore();
    refused(1, "wamp.error.unavailable");
    subscribe(b.tab, 1);
    unsubscribe(a.tab, 1);
    await fake.advance(1_000);
    expect(sent.map(({ type }) => type)).toEqual(["SUBSCRIBE", "SUBSCRIBE", "SUBSCRIBE"]);
    subscribed(2);
    await fake.settle();
    expect(b.notices.at(-1)).toMatchObject({ kind: "done", id: 7 });
  });

  it("@G6 keeps nothing of a released tab, whatever it was waiting for", () => {
    const { fake, exclusions, subscriptions, join, subscribe, subscribed } = setUp();
    const [a, b] = [join("a").tab, join("b").tab];
    subscribe(a, 1);
    subscribed(0);
    subscribe(a, 2);
    subscribe(a, 3, false);
    subscribe(b, 1);
    exclusions.for(a).expect(TOPIC);
    expect([subscriptions.count(a), subscriptions.count(b)]).toEqual([3, 1]);
    subscriptions.release(a, false);
    exclusions.release(a);
    a.close();
    expect([subscriptions.count(a), exclusions.count(a)]).toEqual([0, 0]);
    expect(subscriptions.inspect()).toEqual([{ topic: TOPIC, match: "exact", locals: 1 }]);
    subscriptions.release(b, false);
    exclusions.release(b);
    expect([subscriptions.inspect(), fake.clock.pending]).toEqual([[], 0]);
  });

  it.each(["refused", "timed out"] as const)(
    "@G2 keeps a subscription that a late SUBSCRIBED has made, when the second SUBSCRIBE is %s",
    async (how) => {
      const { fake, session, sent, join, subscribe, subscribed, refused, event } = setUp();
      const [a, b, c] = [join("a"), join("b"), join("c")];
      const first = subscribe(a.tab, 1);
      const second = subscribe(b.tab, 1, false);
      fake.clock.advance(TIMEOUT);
      expect([first.settled, second.settled]).toEqual([true, false]);
      b.tab.queue.take("request")?.send(session);
      subscribed(0);
      expect(second.settled).toBe(true);
      if (how === "refused") refused(1);
      else fake.clock.advance(TIMEOUT);
      subscribe(c.tab, 1);
      await event(1);
      expect(sent.map(({ type }) => type)).toEqual(["SUBSCRIBE", "SUBSCRIBE"]);
      expect([a, b, c].map(({ notices }) => publicationsOf(notices))).toEqual([[], [1], [1]]);
    },
  );
});

describe("a publication without a tab", () => {
  const request = { kind: "publish", topic: TOPIC, options: {}, timeout: 0, offline: "wait" } as const;

  /** Publishes for no tab, while two tabs are subscribed. */
  async function publish(world: ReturnType<typeof setUp>) {
    const { fake, session, publications, join, newRequest, subscribe, subscribed } = world;
    const [a, b] = [join("a"), join("b")];
    for (const { tab } of [a, b]) subscribe(tab, 1);
    subscribed(0);
    const queue = new SendQueue(
      fake.clock,
      () => undefined,
      () => undefined,
    );
    let outcome: string | undefined;
    const id = newRequest();
    const timing = { clock: fake.clock, timeout: 0, offline: "wait" } as const;
    const pending = new PendingRequest(id, timing, (_pending, notice) => (outcome = notice?.kind));
    publications.publish({ queue }, { ...request, request: id, payload: json(1) }, pending);
    queue.take("request")?.send(session);
    await fake.settle();
    return { a, b, outcome: () => outcome };
  }

  it("@G4 is sent to every tab by the router, and held for none of them", async () => {
    const world = setUp();
    const { a, b, outcome } = await publish(world);
    // No tab has an event of its own to recognize, so no acknowledgement is needed.
    expect([world.sent.at(-1)?.options, outcome()]).toEqual([{ exclude_me: false }, "published"]);
    await world.event(1);
    expect([a, b].map(({ notices }) => publicationsOf(notices))).toEqual([[1], [1]]);
    expect([world.exclusions.count(a.tab), world.fake.clock.pending]).toEqual([0, 0]);
  });

  it("@G4 is relayed to every tab by the hub, if the router excludes the whole session", async () => {
    const world = setUp({ publisherExclusion: false });
    const { a, b } = await publish(world);
    expect(world.sent.at(-1)?.options).toEqual({ acknowledge: true });
    world.sent.at(-1)?.handler?.answered({ type: "PUBLISHED", publication: 5 } as Answer);
    await world.fake.settle();
    expect([a, b].map(({ notices }) => publicationsOf(notices))).toEqual([[5], [5]]);
  });
});
