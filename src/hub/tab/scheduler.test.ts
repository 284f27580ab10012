import { describe, expect, it } from "vitest";
import type { WireSession } from "../../connection/wire-session.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { Scheduler } from "./scheduler.js";
import { SendQueue } from "./send-queue.js";

/** Bytes that the socket may hold before no further message is written. */
const FULL = 256 * 1024;

function setUp() {
  const clock = new FakeClock();
  const socket = { bufferedAmount: 0 };
  let session: WireSession | undefined = socket as WireSession;
  const scheduler = new Scheduler(clock, () => session);
  const sent: string[] = [];
  const addQueue = (): SendQueue => {
    const queue = new SendQueue(clock, () => undefined);
    scheduler.add(queue);
    return queue;
  };
  const message = (name: string, onSend = (): void => undefined) => ({
    bytes: 1,
    dropped: false,
    send: () => {
      sent.push(name);
      onSend();
    },
  });
  const disconnect = (): void => {
    session = undefined;
  };
  return { clock, socket, scheduler, sent, addQueue, message, disconnect };
}

describe("the scheduler", () => {
  it("@G23 fills the socket up to the high-water mark, and polls it later", () => {
    const { clock, socket, scheduler, sent, addQueue, message } = setUp();
    const queue = addQueue();
    for (const name of ["1", "2", "3"]) queue.request(message(name));
    socket.bufferedAmount = FULL + 1;
    scheduler.pump();
    clock.advance(4);
    expect(sent).toEqual([]);
    socket.bufferedAmount = FULL;
    clock.advance(3);
    expect(sent).toEqual([]);
    clock.advance(1);
    expect(sent).toEqual(["1", "2", "3"]);
    expect(clock.pending).toBe(0);
  });

  it("keeps one timer for a full socket, however often it is asked to send", () => {
    const { clock, socket, scheduler, addQueue, message } = setUp();
    addQueue().request(message("1"));
    socket.bufferedAmount = FULL + 1;
    for (let turn = 0; turn < 3; turn += 1) scheduler.pump();
    expect(clock.pending).toBe(1);
    clock.advance(4);
    expect(clock.pending).toBe(1);
  });

  it("@G10 writes one message after the other, even if writing makes room for more", () => {
    const { scheduler, sent, addQueue, message } = setUp();
    const queue = addQueue();
    queue.request(
      message("1 begins", () => {
        scheduler.pump();
        sent.push("1 ends");
      }),
    );
    queue.request(message("2"));
    scheduler.pump();
    expect(sent).toEqual(["1 begins", "1 ends", "2"]);
    queue.request(message("3"));
    scheduler.pump();
    expect(sent.at(-1)).toBe("3");
  });

  it("continues after a message that could not be written", () => {
    const { scheduler, sent, addQueue, message } = setUp();
    const queue = addQueue();
    queue.request(
      message("1", () => {
        throw new Error("The socket is broken");
      }),
    );
    queue.request(message("2"));
    expect(() => scheduler.pump()).toThrow("The socket is broken");
    scheduler.pump();
    expect(sent).toEqual(["1", "2"]);
  });

  it("@G6 drops the requests of a queue that is removed, and sends its answers if there is a session", () => {
    const { scheduler, sent, addQueue, message, disconnect } = setUp();
    const [online, offline] = [addQueue(), addQueue()];
    for (const queue of [online, offline]) {
      queue.request(message("request"));
      queue.answer(message("answer"));
    }
    scheduler.remove(online);
    disconnect();
    scheduler.remove(offline);
    scheduler.pump();
    expect(sent).toEqual(["answer"]);
    expect([online.bytes, offline.bytes]).toEqual([0, 0]);
    expect(() => scheduler.remove(online)).toThrow("The queue is not scheduled");
  });
});
