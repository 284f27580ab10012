import { expect, it } from "vitest";
import { createPortPair } from "./port-pair.js";
import { TaskQueue } from "./task-queue.js";

function setUp() {
  const tasks = new TaskQueue(() => undefined);
  const [one, other] = createPortPair(tasks.add);
  const received: unknown[] = [];
  other.addEventListener("message", (event) => received.push((event as { readonly data?: unknown }).data));
  return { tasks, one, other, received };
}

it("delivers copies, in order, once the other end has started", async () => {
  const { tasks, one, other, received } = setUp();
  const message = {
    list: [1, null, { text: "a" }],
    bytes: new Uint8Array([1, 2]),
    ends: new Uint32Array([3]),
  };
  one.postMessage(message);
  one.postMessage("second");
  await tasks.idle();
  expect(received).toEqual([]);
  other.start();
  await tasks.idle();
  expect(received).toEqual([message, "second"]);
  message.list.pop();
  message.bytes.fill(0);
  expect(received[0]).toEqual({
    list: [1, null, { text: "a" }],
    bytes: new Uint8Array([1, 2]),
    ends: new Uint32Array([3]),
  });
});

it("refuses what cannot be cloned, and is silent once closed", async () => {
  const { tasks, one, other, received } = setUp();
  other.start();
  expect(() => one.postMessage({ call: () => undefined })).toThrow("could not be cloned");
  one.postMessage("under way");
  other.close();
  await tasks.idle();
  one.close();
  one.postMessage("late");
  await tasks.idle();
  expect(received).toEqual([]);
});
