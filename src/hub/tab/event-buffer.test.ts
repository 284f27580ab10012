import { describe, expect, it } from "vitest";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { Payload } from "../../protocol/payload.js";
import { json } from "../../testing/harness.js";
import type { TabEvent } from "./event-batcher.js";
import { EventBuffer } from "./event-buffer.js";

const LARGE = 8 * 1024;
const [one, other] = [1, 2] as [SubscriptionHandle, SubscriptionHandle];
const event = (publication: number, payload: Payload = json(publication)): TabEvent => ({
  publication,
  details: {},
  payload,
});
const binary = (bytes: number): Payload => ({ serializer: "msgpack", count: 1, data: new Uint8Array(bytes) });

/** Returns the runs as their place, the publications and the targets. */
const taken = (buffer: EventBuffer) =>
  buffer.take().map(({ place, events, targets }) => ({
    place,
    publications: events.map(({ publication }) => publication),
    targets,
  }));

describe("an event buffer", () => {
  it("@G10 keeps the events in order, with their subscriptions and their place among the notices", () => {
    const buffer = new EventBuffer();
    buffer.push(event(1), one, 0);
    buffer.push(event(2), other, 0);
    buffer.push(event(3), [one, other], 2);
    buffer.push(event(4), one, 3);
    expect(taken(buffer)).toEqual([
      { place: 0, publications: [1, 2], targets: [one, other] },
      { place: 2, publications: [3], targets: [[one, other]] },
      { place: 3, publications: [4], targets: [one] },
    ]);
  });

  it("@G10 starts a new run for each serializer and for each large event", () => {
    const buffer = new EventBuffer();
    for (const [index, payload] of [json(0), binary(1), binary(LARGE), binary(LARGE), binary(1)].entries())
      buffer.push(event(index, payload), one, 0);
    const runs = buffer.take();
    expect(runs.map(({ events }) => events.map(({ publication }) => publication))).toEqual([
      [0],
      [1],
      [2],
      [3],
      [4],
    ]);
    expect(runs.map(({ isLarge }) => isLarge)).toEqual([false, false, true, true, false]);
  });

  it("is empty until an event waits, and again when it has been taken", () => {
    const buffer = new EventBuffer();
    expect(buffer.size).toBe(0);
    buffer.push(event(1, json("text")), one, 0);
    buffer.push(event(2, binary(100)), other, 0);
    expect(buffer.size).toBe(2);
    buffer.take();
    expect([buffer.size, buffer.take()]).toEqual([0, []]);
  });
});
