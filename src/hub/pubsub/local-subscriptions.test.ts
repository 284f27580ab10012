import { describe, expect, it } from "vitest";
import type { SubscriptionHandle } from "../../contract/ids.js";
import { LocalSubscriptions } from "./local-subscriptions.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";

const tab = (name: string) => ({ name }) as unknown as PublisherExclusion;
const local = (exclusion: PublisherExclusion, handle: number, active = true) => ({
  exclusion,
  handle: handle as SubscriptionHandle,
  active,
  removed: false,
});

describe("the local subscriptions of a wire subscription", () => {
  it("@G2 are grouped by tab, without those that are not active yet", () => {
    const [a, b] = [tab("a"), tab("b")];
    const locals = new LocalSubscriptions();
    const waiting = local(a, 3, false);
    for (const one of [local(a, 1), local(b, 1), local(a, 2), waiting]) locals.add(one);
    expect([...locals.targets].map(([one, { target }]) => [one, target])).toEqual([
      [a, [1, 2]],
      [b, 1],
    ]);
    waiting.active = true;
    locals.regroup();
    expect(locals.targets.get(a)?.target).toEqual([1, 2, 3]);
    const [first] = locals;
    if (first !== undefined) for (let times = 0; times < 2; times += 1) locals.delete(first);
    expect([locals.size, locals.targets.get(a)?.target]).toEqual([3, [2, 3]]);
  });

  it("@G4 of other tabs than the publisher's are known without a look at any of them", () => {
    const [a, b] = [tab("a"), tab("b")];
    const locals = new LocalSubscriptions();
    expect([locals.anyOutside(a), locals.anyOutside(undefined)]).toEqual([false, false]);
    const [first, second, other] = [local(a, 1), local(a, 2), local(b, 1, false)];
    for (const one of [first, second]) locals.add(one);
    expect([a, b, undefined].map((one) => locals.anyOutside(one))).toEqual([false, true, true]);
    locals.add(other);
    locals.delete(first);
    expect([a, b].map((one) => locals.anyOutside(one))).toEqual([true, true]);
    locals.delete(second);
    expect([a, b].map((one) => locals.anyOutside(one))).toEqual([true, false]);
  });

  it("@G10 of one tab are computed into targets once for the next event, however many become active before", () => {
    let reads = 0;
    const a = tab("a");
    const locals = new LocalSubscriptions();
    for (let handle = 1; handle <= 1_000; handle += 1) {
      locals.add({
        exclusion: a,
        handle: handle as SubscriptionHandle,
        removed: false,
        get active() {
          reads += 1;
          return true;
        },
      });
      locals.regroup();
    }
    expect(reads).toBe(0);
    expect([locals.targets.size, locals.targets === locals.targets]).toEqual([1, true]);
    expect(reads).toBe(1_000);
  });
});
