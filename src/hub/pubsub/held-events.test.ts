import { describe, expect, it } from "vitest";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import { HeldEvents } from "./held-events.js";

const handle = (number: number) => number as SubscriptionHandle;

function setUp(...targets: readonly (number | readonly number[])[]) {
  const held = new HeldEvents<{ readonly name: number; readonly target: EventTarget }>();
  const push = (target: number | readonly number[], name: number): void =>
    held.push({ name, target: target as EventTarget });
  targets.forEach(push);
  /** Takes all events that are left, with their targets. */
  const take = () => {
    const taken: [number, EventTarget][] = [];
    for (let first = held.peek(); first !== undefined; first = held.peek())
      taken.push([first.name, held.shift()]);
    return taken;
  };
  return { held, push, take };
}

describe("held events", () => {
  it("@G2 lose a subscription that ends, and those without another are dropped", () => {
    const { held, take } = setUp([1, 2], 1, 2, [2, 3, 1], [1]);
    held.end(handle(1));
    expect(held.length).toBe(5);
    expect(take()).toEqual([
      [0, [2]],
      [2, 2],
      [3, [2, 3]],
    ]);
    expect(held.length).toBe(0);
  });

  it("@G2 go to a later subscription with the same handle if they came after the earlier one had ended", () => {
    const { held, push, take } = setUp(1, 2);
    held.end(handle(1));
    push(1, 2);
    held.end(handle(2));
    push([1, 2], 3);
    expect(take()).toEqual([
      [2, 1],
      [3, [1, 2]],
    ]);
    held.end(handle(1));
    push(1, 4);
    expect(take()).toEqual([[4, 1]]);
  });

  it("@G4 keep a target as it is while all its subscriptions last", () => {
    const { held, push } = setUp();
    const target = [1, 2] as const;
    push(target, 0);
    push([3], 1);
    held.peek();
    expect(held.shift()).toBe(target);
  });

  it("throws if there is no event to remove", () => {
    expect(() => setUp().held.shift()).toThrow("No event is held");
  });

  it("@G10 are not searched when a subscription ends, and each handle of a target is looked at once", () => {
    let reads = 0;
    const counted = (target: EventTarget) => ({
      get target() {
        reads += 1;
        return target;
      },
    });
    const held = new HeldEvents<ReturnType<typeof counted>>();
    let visited = 0;
    const handles = Array.from({ length: 1_000 }, (_, index) => handle(index + 1));
    const observed = new Proxy(handles, {
      get: (all, key) => {
        if (key !== "length") visited += 1;
        return Reflect.get(all, key) as unknown;
      },
    });
    held.push(counted(observed));
    for (let count = 0; count < 10_000; count += 1) held.push(counted(handle(2_000)));
    reads = 0;
    for (const one of handles.slice(0, 999)) {
      held.end(one);
      held.peek();
    }
    // Each handle is looked at once when it is found to last, and once when it is found to have ended.
    expect([reads, visited]).toEqual([0, 2 * 999]);
    expect(held.length).toBe(10_001);
  });
});
