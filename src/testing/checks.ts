import type { Notice } from "../contract/notices.js";
import { matches } from "../protocol/uri.js";
import type { FakeTab } from "./fake-tab.js";
import { json } from "./harness.js";
import type { World } from "./harness.js";
import type { History } from "./history.js";

/** Compares the notices of the tabs and the state of hub and router with the history; deviations are in its `wrongs`. */
export class Checks {
  readonly #world: World;
  readonly #history: History;
  readonly #seen = new Map<FakeTab, { events: number; position: number }>();

  constructor(world: World, history: History) {
    this.#world = world;
    this.#history = history;
  }

  /** Checks the events that have arrived since the last check. */
  events(): void {
    for (const known of this.#history.listening()) known.from ??= this.#history.got.length;
    const { subscriptions, publications, got, wire, wrongs, dead } = this.#history;
    for (const tab of [...this.#world.tabs, ...dead]) {
      const seen = this.#seen.get(tab) ?? { events: 0, position: 0 };
      for (const event of tab.events.slice(seen.events)) {
        const known = subscriptions.find((one) => one.tab === tab && one.asked.handle === event.subscription);
        const [token] = event.args;
        // A durable publication, which may come more than once.
        if (typeof token !== "number") continue;
        const what = `${tab.id} got ${token} for ${event.subscription}`;
        if (known?.asked.outcome?.kind !== "done") wrongs.push(`${what} before it was subscribed`);
        if (event.details["retained"] === true) {
          if (known?.retained !== true) wrongs.push(`${what}, retained, without requesting it`);
          continue;
        }
        if (known?.catchUp !== true) {
          const key = `${known?.match} ${known?.topic}`;
          const position = wire.findIndex((one) => one.token === token && one.key === key);
          if (position < seen.position) wrongs.push(`${what} out of order`);
          seen.position = position;
        }
        const publication = publications.get(token);
        const own = publication?.publisher === tab && !publication.includeMe;
        // A history may be told before PUBLISHED arrives, if it does, and may reach back to before the tab has subscribed.
        const isEarlier = got.findIndex((one) => one.token === token) < (known?.from ?? Infinity);
        const isUnknown =
          event.details["recovered"] === true && (isEarlier || publication?.sentAt !== undefined);
        if (own && !publication.spoilt && !isUnknown) wrongs.push(`${what}, its own publication`);
      }
      seen.events = tab.events.length;
      this.#seen.set(tab, seen);
      this.#notices(tab);
    }
  }

  /** Checks that each due event was delivered exactly once. */
  due(): void {
    const { due, dead, wrongs } = this.#history;
    for (const { known, token, at } of due) {
      const { tab, asked, undone } = known;
      if (undone !== undefined || dead.includes(tab)) continue;
      const times = tab.events.filter(
        (event) =>
          event.subscription === asked.handle && event.args[0] === token && !event.details["retained"],
      ).length;
      if (times !== 1) wrongs.push(`${tab.id} got ${token} (${at}) ${times} times for ${asked.handle}`);
    }
  }

  /** Checks that subscriptions and registrations which were not ended still work. */
  async alive(): Promise<void> {
    if (this.#world.tabs.length === 0) return;
    const { router, config } = this.#world;
    const { subscriptions, registrations, wrongs } = this.#history;
    for (const { tab, topic, replay, undone } of subscriptions) {
      const error = replay?.isOrphaned === false && undone === undefined ? replay.error : undefined;
      if (error !== undefined && error.name !== "SetAsideError")
        wrongs.push(`${topic} of ${tab.id} was not restored: ${error.message}`);
    }
    for (const topic of ["com.a", "com.b", "com.kept", "com.short"]) {
      const token = this.#history.newToken(undefined, topic, true);
      this.#history.got.push({ token, topic });
      router.publish(topic, json(token));
      // Hidden tabs get it then.
      await this.#world.advance(config.hiddenPace);
      for (const { tab, topic: pattern, match, asked } of this.#history.listening()) {
        const heard = tab.heardBy(asked).filter((one) => one === token).length;
        const expected = matches(match, pattern, topic) ? 1 : 0;
        if (heard !== expected) wrongs.push(`${tab.id} heard ${topic} ${heard} times for ${asked.handle}`);
      }
    }
    for (const known of registrations) {
      const { tab, procedure, undone } = known;
      const lives = !undone && this.#history.isHeld(tab, known, "registration-ended");
      if (lives && !router.registrations.includes(`exact ${procedure}`))
        wrongs.push(`${procedure} of ${tab.id} is not registered`);
    }
  }

  /**
   * Checks what the subscriptions that catch up have received: each event once, in the order of the publications, marked if it was not on the
   * wire, and all of them unless a gap was told.
   */
  caughtUp(): void {
    const { got, wire, publications, subscriptions, counts, wrongs } = this.#history;
    const living = new Set(this.#history.listening());
    for (const known of subscriptions.filter(({ catchUp }) => catchUp)) {
      const { tab, asked, topic, from = got.length } = known;
      const events = tab.events.filter(({ subscription }) => subscription === asked.handle);
      const heard = events.map(({ args }) => args[0]);
      const ofTopic = got.filter((one) => one.topic === topic).map(({ token }) => token);
      const what = `${tab.id}, ${asked.handle} (${topic}), heard ${heard.join()} of ${ofTopic.join()}`;
      if (heard.join() !== ofTopic.filter((token) => heard.includes(token)).join())
        wrongs.push(`${what}: not once and in order`);
      const recovered = events.filter(({ details }) => details["recovered"] === true);
      counts.recovered += recovered.length;
      for (const { args } of events.filter((event) => !recovered.includes(event)))
        if (!wire.some(({ token, key }) => token === args[0] && key === `exact ${topic}`))
          wrongs.push(`${what}: ${String(args[0])} is not marked as recovered`);
      const gaps = tab.of("gap").filter(({ subscription }) => subscription === asked.handle);
      counts.gaps += gaps.length;
      if (gaps.length > 0 || !living.has(known)) continue;
      const missed = got.slice(from).filter((one) => {
        const isOwn = publications.get(one.token)?.publisher === tab;
        return one.topic === topic && !isOwn && !heard.includes(one.token);
      });
      if (missed.length > 0) wrongs.push(`${what}: missed without a gap, from ${from}`);
    }
  }

  /** Number of requests that were not sent because routers drop the session over them. */
  get setAside(): number {
    return [...this.#world.tabs, ...this.#history.dead]
      .flatMap(({ asked }) => asked)
      .filter(({ error }) => error?.name === "SetAsideError" || error?.cause?.name === "SetAsideError")
      .length;
  }

  /** Checks that nothing remains in hub and router once every tab has ended all its handles. */
  empty(): void {
    const { router, tabs, hub, fake } = this.#world;
    const { wrongs } = this.#history;
    for (const { asked, id } of tabs) {
      for (const { request, settlements } of asked)
        if (settlements.length !== 1) wrongs.push(`${id}: request ${request}: ${settlements.length} answers`);
    }
    wrongs.push(...router.violations.splice(0));
    for (const session of hub.inspect().sessions) {
      const { wireSubscriptions, wireRegistrations, pending, invocations, tabs: inspected } = session;
      const idle = {
        requests: 0,
        queuedBytes: 0,
        subscriptions: 0,
        registrations: 0,
        invocations: 0,
        held: 0,
      };
      const left = {
        wireSubscriptions,
        wireRegistrations,
        pending,
        invocations,
        tabs: inspected.filter((tab) => JSON.stringify(tab) !== JSON.stringify({ tab: tab.tab, ...idle })),
      };
      const nothing = { wireSubscriptions: [], wireRegistrations: [], pending: 0, invocations: 0, tabs: [] };
      if (JSON.stringify(left) !== JSON.stringify(nothing)) wrongs.push(`left: ${JSON.stringify(left)}`);
    }
    if (tabs.length === 0) return;
    if (router.subscriptions.length > 0) wrongs.push(`the router has ${router.subscriptions.join()}`);
    if (router.registrations.length > 0) wrongs.push(`the router has ${router.registrations.join()}`);
    if (router.unanswered > 0) wrongs.push(`${router.unanswered} callers wait forever`);
    if (fake.clock.pending > 0) wrongs.push(`${fake.clock.pending} timers`);
  }

  /** Checks the order of the notices of one tab. */
  #notices(tab: FakeTab): void {
    const { subscriptions, wrongs } = this.#history;
    for (const { asked, undone } of subscriptions.filter((one) => one.tab === tab)) {
      if (undone?.outcome?.kind !== "done") continue;
      const end = tab.notices.findIndex(
        (notice) => notice.kind === "done" && notice.request === undone.request,
      );
      const late = tab.notices
        .slice(end)
        .some((notice) => notice.kind === "events" && targets(notice, asked.handle));
      if (late) wrongs.push(`${tab.id} got an event for ${asked.handle} after it was unsubscribed`);
    }
    for (const { request, settlements } of tab.asked)
      if (settlements.length > 1) wrongs.push(`${tab.id}: request ${request} was settled twice`);
  }
}

function targets(run: Extract<Notice, { readonly kind: "events" }>, handle: number): boolean {
  return run.targets.some((target) => [target].flat().some((one) => one === handle));
}
