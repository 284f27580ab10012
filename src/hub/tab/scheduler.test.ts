import { describe, expect, it } from "vitest";
import { SendQueue } from "./send-queue.js";
import { Scheduler } from "./scheduler.js";
import { FakeClock } from "../../testing/fake-clock.js";
import type { WireSession } from "../../connection/wire-session.js";

/** What the socket may hold before nothing more is given to it. */
const FULL = 256 * 1024;

function setUp() {
  const clock = new FakeClock();
  const socket = { bufferedAmount: 0 };
  let line: WireSession | undefined = socket as WireSession;
  const scheduler = new Scheduler(clock, () => line);
  const sent: string[] = [];
  const addLane = (): SendQueue => {
    const lane = new SendQueue(clock, () => undefined);
    scheduler.add(lane);
    return lane;
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
    line = undefined;
  };
  return { clock, socket, scheduler, sent, addLane, message, disconnect };
}

describe("the scheduler", () => {
  it("@G23 fills the socket up to its mark, and looks again later", () => {
    const { clock, socket, scheduler, sent, addLane, message } = setUp();
    const lane = addLane();
    for (const name of ["1", "2", "3"]) lane.request(message(name));
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

  it("looks at a full socket once at a time, however often it is asked to send", () => {
    const { clock, socket, scheduler, addLane, message } = setUp();
    addLane().request(message("1"));
    socket.bufferedAmount = FULL + 1;
    for (let turn = 0; turn < 3; turn += 1) scheduler.pump();
    expect(clock.pending).toBe(1);
    clock.advance(4);
    expect(clock.pending).toBe(1);
  });

  it("@G10 writes one message after the other, also when writing makes room for more", () => {
    const { scheduler, sent, addLane, message } = setUp();
    const lane = addLane();
    lane.request(
      message("1 begins", () => {
        scheduler.pump();
        sent.push("1 ends");
      }),
    );
    lane.request(message("2"));
    scheduler.pump();
    expect(sent).toEqual(["1 begins", "1 ends", "2"]);
    lane.request(message("3"));
    scheduler.pump();
    expect(sent.at(-1)).toBe("3");
  });

  it("goes on after a message that could not be written", () => {
    const { scheduler, sent, addLane, message } = setUp();
    const lane = addLane();
    lane.request(
      message("1", () => {
        throw new Error("The socket is broken");
      }),
    );
    lane.request(message("2"));
    expect(() => scheduler.pump()).toThrow("The socket is broken");
    scheduler.pump();
    expect(sent).toEqual(["1", "2"]);
  });

  it("@G6 drops the requests of a lane that goes, and sends its answers if there is a connection", () => {
    const { scheduler, sent, addLane, message, disconnect } = setUp();
    const [gone, lost] = [addLane(), addLane()];
    for (const lane of [gone, lost]) {
      lane.request(message("request"));
      lane.answer(message("answer"));
    }
    scheduler.remove(gone);
    disconnect();
    scheduler.remove(lost);
    scheduler.pump();
    expect(sent).toEqual(["answer"]);
    expect([gone.bytes, lost.bytes]).toEqual([0, 0]);
    expect(() => scheduler.remove(gone)).toThrow("The lane is not scheduled");
  });
});
