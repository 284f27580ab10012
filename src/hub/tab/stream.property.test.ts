import fc from "fast-check";
import { expect, it } from "vitest";
import { RequestSender } from "../../client/requests/request-sender.js";
import type { RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { HubApi, TabApi } from "../../contract/port.js";
import type { TabRequest } from "../../contract/requests.js";
import { hubStream, tabStream, weighNotices } from "../../contract/stream.js";
import { openLink } from "../../link/link.js";
import { createPortPair } from "../../memory/port-pair.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { json } from "../../testing/harness.js";
import { EventBatcher } from "./event-batcher.js";
import { createPromptPace, createSlowPace } from "./event-coalescer.js";
import { TabReader } from "./tab-reader.js";
import { NoticeSender } from "./notice-sender.js";
import { manualPause } from "../../memory/manual-pause.js";
import { runs } from "../../testing/property-runs.js";

const subscription = 1 as SubscriptionHandle;

/** Tasks that run when the test says so. */
function createTasks() {
  const tasks = new Set<() => void>();
  return {
    add: (task: () => void): (() => void) => {
      const own = (): void => task();
      tasks.add(own);
      return () => void tasks.delete(own);
    },
    runOne: (): void => {
      const [first] = tasks;
      if (first !== undefined && tasks.delete(first)) first();
    },
    runAll: (): void => {
      const all = [...tasks];
      tasks.clear();
      for (const task of all) task();
    },
  };
}

/** Returns the numbers of what a notice brings. */
function numbersOf(notice: Notice): number[] {
  if (notice.kind === "events") return [...notice.publications];
  return "request" in notice ? [notice.request] : [];
}

/** Puts the senders of both sides together as a page and the worker do. Messages on the port and timers wait for the test. */
function setUp() {
  const { env } = createFakeEnvironment();
  const [port, timers, handlers] = [createTasks(), createTasks(), createTasks()];
  const atTab: number[] = [];
  const atHub: number[] = [];
  const unanswered = { now: 0, most: 0, mostBeforeEvents: 0 };
  let isSlow = false;
  const tabApi: Pick<TabApi, "deliver"> = {
    deliver: (batch) => {
      atTab.push(...batch.flatMap(numbersOf));
      return isSlow ? new Promise((resolve) => handlers.add(resolve)) : Promise.resolve();
    },
  };
  const hubApi: Pick<HubApi, "post"> = {
    post: (batch) => {
      for (const request of batch) if ("request" in request) atHub.push(request.request);
      return Promise.resolve();
    },
  };
  const [one, other] = createPortPair(port.add);
  const hub = openLink<typeof tabApi, typeof hubApi>(one, tabApi, tabStream);
  const tab = openLink<typeof hubApi, typeof tabApi>(other, hubApi, hubStream);
  const { deliver } = tab.remote;
  const prompt = createPromptPace(() => manualPause(timers.add));
  const slow = createSlowPace(timers.add, prompt);
  const notices = new NoticeSender(
    {
      deliver: (batch) => {
        const weight = weighNotices(batch);
        unanswered.most = Math.max(unanswered.most, unanswered.now);
        if (batch.every(({ kind }) => kind === "events"))
          unanswered.mostBeforeEvents = Math.max(unanswered.mostBeforeEvents, unanswered.now);
        unanswered.now += weight;
        return deliver(batch).finally(() => void (unanswered.now -= weight));
      },
    },
    prompt,
    new EventBatcher(env.codecs),
    () => undefined,
    new TabReader(env.codecs),
  );
  notices.open();
  const requests = new RequestSender((error) => {
    throw error;
  });
  requests.open(hub.remote.post);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
  };
  const finish = async (): Promise<void> => {
    isSlow = false;
    for (let round = 0; round < 60; round += 1) {
      for (const tasks of [handlers, port, timers]) {
        tasks.runAll();
        await settle();
      }
    }
    for (const link of [hub, tab]) link.close();
  };
  const steps = {
    event: (number: number) =>
      notices.pushEvent({ publication: number, details: {}, payload: json(number) }, subscription, false),
    "a long event": (number: number) => {
      const payload = json("x".repeat(8 * 1024));
      notices.pushEvent({ publication: number, details: {}, payload }, subscription, false);
    },
    "an event that cannot be joined": (number: number) => {
      const payload = { serializer: "msgpack", count: 1, data: "not bytes" } as const;
      notices.pushEvent({ publication: number, details: {}, payload }, subscription, false);
    },
    notice: (number: number) => notices.push({ kind: "published", request: number as RequestId }),
    request: (number: number) => {
      const request = number as RequestId;
      requests.push({ kind: "unsubscribe", request, subscription } satisfies TabRequest);
    },
    arrive: () => port.runOne(),
    "slow handlers": () => void (isSlow = true),
    "fast handlers": () => {
      isSlow = false;
      handlers.runAll();
    },
    hide: () => notices.changePace(slow),
    show: () => notices.changePace(prompt),
    timers: () => timers.runAll(),
    settle,
  };
  return { steps, finish, atTab, atHub, unanswered };
}

type Step = keyof ReturnType<typeof setUp>["steps"];

const step = fc.oneof(
  ...(["event", "notice", "request", "arrive"] as const).map((name) => ({
    weight: 3,
    arbitrary: fc.constant<Step>(name),
  })),
  {
    weight: 8,
    arbitrary: fc.constantFrom<Step>(
      "a long event",
      "an event that cannot be joined",
      "slow handlers",
      "fast handlers",
      "hide",
      "show",
      "timers",
      "settle",
    ),
  },
);

it("@G10 @G21 everything crosses the port once and in order, a few batches at a time, whatever each side waits for", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (names) => {
      const { steps, finish, atTab, atHub, unanswered } = setUp();
      for (const [number, name] of names.entries()) await steps[name](number);
      await finish();
      const numbers = (...sent: readonly Step[]): number[] =>
        [...names.entries()].flatMap(([number, name]) => (sent.includes(name) ? [number] : []));
      expect(atTab).toEqual(numbers("event", "a long event", "notice"));
      expect(atHub).toEqual(numbers("request"));
      // The tab tells of its own accord when it has taken in as much as 1, so the hub must not go on beyond these.
      expect(unanswered.mostBeforeEvents).toBeLessThan(1);
      expect(unanswered.most).toBeLessThan(1.5);
    }),
    runs(300),
  );
});
