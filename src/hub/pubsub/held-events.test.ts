import { describe, expect, it } from "vitest";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { json } from "../../testing/harness.js";
import type { NoticeSender } from "../tab/notice-sender.js";
import { PublisherExclusion } from "./publisher-exclusion.js";

const TOPIC = "com.example.tick";

interface Local {
  readonly handle: SubscriptionHandle;
  removed: boolean;
}

const newLocal = (handle: number): Local => ({ handle: handle as SubscriptionHandle, removed: false });
const groupOf = (...locals: readonly Local[]) => ({ locals, target: locals.map(({ handle }) => handle) });

/** The exclusion of a tab that has a publication out, so that its events are held until `release`. */
function setUp() {
  const taken: [number, EventTarget][] = [];
  const notices = {
    pushEvent: ({ publication }: { readonly publication: number }, target: EventTarget) =>
      taken.push([publication, target]),
  };
  const exclusion = new PublisherExclusion(notices as unknown as NoticeSender, new FakeClock());
  const pending = exclusion.expect(TOPIC);
  return {
    exclusion,
    taken,
    push: (publication: number, group: ReturnType<typeof groupOf>): void =>
      exclusion.offer(
        { publication, details: {}, payload: json() },
        group,
        { topic: TOPIC, match: "exact" },
        true,
      ),
    end: (local: Local): void => {
      local.removed = true;
      exclusion.subscriptionEnded();
    },
    release: (): void => exclusion.release(pending),
  };
}

describe("held events", () => {
  it("@G2 lose a subscription that ends, and those without another are dropped", () => {
    const { exclusion, taken, push, end, release } = setUp();
    const [one, two, three] = [newLocal(1), newLocal(2), newLocal(3)];
    [groupOf(one, two), groupOf(one), groupOf(two), groupOf(two, three, one), groupOf(one)].forEach(
      (group, publication) => push(publication, group),
    );
    end(one);
    expect(exclusion.held).toBe(5);
    release();
    expect(taken).toEqual([
      [0, [2]],
      [2, [2]],
      [3, [2, 3]],
    ]);
    expect(exclusion.held).toBe(0);
  });

  it("@G2 go to a later subscription with the same handle if they came after the earlier one had ended", () => {
    const { taken, push, end, release } = setUp();
    const [earlier, later] = [newLocal(1), newLocal(1)];
    push(0, groupOf(earlier));
    push(1, groupOf(newLocal(2)));
    end(earlier);
    push(2, groupOf(later));
    release();
    expect(taken).toEqual([
      [1, [2]],
      [2, [1]],
    ]);
  });

  it("@G4 keep a target as it is while all its subscriptions last", () => {
    const { taken, push, release } = setUp();
    const group = groupOf(newLocal(1), newLocal(2));
    push(0, group);
    release();
    expect(taken[0]?.[1]).toBe(group.target);
  });

  it("@G10 are not searched when a subscription ends, and each subscription of a target is looked at once", () => {
    const { exclusion, push, end } = setUp();
    const locals = Array.from({ length: 1_000 }, (_, index) => newLocal(index + 1));
    let visited = 0;
    const observed = new Proxy(locals, {
      get: (all, key) => {
        if (key !== "length") visited += 1;
        return Reflect.get(all, key) as unknown;
      },
    });
    push(0, { locals: observed, target: [] });
    let searched = 0;
    const last = {
      handle: newLocal(2_000).handle,
      get removed() {
        searched += 1;
        return false;
      },
    };
    for (let count = 1; count <= 10_000; count += 1) push(count, groupOf(last));
    [visited, searched] = [0, 0];
    for (const one of locals.slice(0, 999)) end(one);
    // Each end looks twice at the head: to deliver it, and to set its timer.
    expect([visited, searched]).toEqual([3 * 999, 0]);
    expect(exclusion.held).toBe(10_001);
  });
});
