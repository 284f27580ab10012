import { describe, expect, it } from "vitest";
import { suspectKey } from "../../connection/suspects.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { RequestId } from "../../contract/ids.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { PendingRequest } from "./pending-request.js";
import { createScheduler } from "./scheduler.js";

/** Bytes that the socket may hold before no further message is written. */
const FULL = 256 * 1024;

function setUp() {
  const clock = new FakeClock();
  const logged: string[] = [];
  const sent: string[] = [];
  const held = new Set<string>();
  let makeRoom: () => void = () => undefined;
  let release: () => void = () => undefined;
  const wire = {
    open: true,
    bufferedAmount: 0,
    hasRoom: true,
    answerTimeout: 50,
    whenRoom: (task: () => void) => (makeRoom = task),
    holds: (key: string) => held.has(key),
    whenReleased: (task: () => void) => (release = task),
  };
  let session: WireSession | undefined = wire as unknown as WireSession;
  const scheduler = createScheduler({ clock, log: (message) => logged.push(message) }, () => session);
  const message = (name: string, onSend = (): void => undefined) => ({
    bytes: 1,
    send: () => {
      sent.push(name);
      onSend();
    },
  });
  const disconnect = (): void => {
    session = undefined;
  };
  return {
    clock,
    wire,
    scheduler,
    sent,
    logged,
    message,
    disconnect,
    held,
    makeRoom: () => makeRoom(),
    release: () => release(),
  };
}

describe("the scheduler", () => {
  it("@G23 fills the socket up to the high-water mark, and polls it later", () => {
    const { clock, wire, scheduler, sent, message } = setUp();
    const queue = scheduler.open();
    for (const name of ["1", "2", "3"]) queue.request(message(name));
    wire.bufferedAmount = FULL + 1;
    scheduler.pump();
    clock.advance(4);
    expect(sent).toEqual([]);
    wire.bufferedAmount = FULL;
    clock.advance(3);
    expect(sent).toEqual([]);
    clock.advance(1);
    expect(sent).toEqual(["1", "2", "3"]);
    expect(clock.pending).toBe(0);
  });

  it("keeps one timer for a full socket, however often it is asked to send", () => {
    const { clock, wire, scheduler, message } = setUp();
    scheduler.open().request(message("1"));
    wire.bufferedAmount = FULL + 1;
    for (let turn = 0; turn < 3; turn += 1) scheduler.pump();
    expect(clock.pending).toBe(1);
    clock.advance(4);
    expect(clock.pending).toBe(1);
  });

  it("@G10 writes one message after the other, even if writing makes room for more", () => {
    const { scheduler, sent, message } = setUp();
    const queue = scheduler.open();
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

  it("@G23 takes the tabs in turn, and neither answers nor requests hold up the other", () => {
    const { scheduler, sent, message } = setUp();
    const [a, b] = [scheduler.open(), scheduler.open()];
    for (const name of ["a1", "a2", "a3"]) a.request(message(name));
    for (const name of ["A1", "A2"]) a.answer(message(name));
    b.request(message("b1"));
    b.answer(message("B1"));
    scheduler.pump();
    expect(sent).toEqual(["A1", "a1", "B1", "b1", "A2", "a2", "a3"]);
  });

  it("@G23 sends requests only while the window has room, and answers always", () => {
    const { wire, scheduler, sent, message, makeRoom } = setUp();
    const queue = scheduler.open();
    wire.hasRoom = false;
    queue.request(message("request"));
    queue.answer(message("answer"));
    scheduler.pump();
    expect(sent).toEqual(["answer"]);
    wire.hasRoom = true;
    makeRoom();
    expect(sent).toEqual(["answer", "request"]);
  });

  it("@G13 sends what is restored before the requests of the tabs, within the window too", () => {
    const { wire, scheduler, sent, message, makeRoom } = setUp();
    scheduler.open().request(message("request"));
    for (const name of ["restore 1", "restore 2"]) {
      scheduler.restore(
        () => {
          sent.push(name);
          wire.hasRoom = false;
        },
        suspectKey("subscribe", name),
      );
    }
    scheduler.pump();
    expect(sent).toEqual(["restore 1"]);
    wire.hasRoom = true;
    makeRoom();
    wire.hasRoom = true;
    makeRoom();
    expect(sent).toEqual(["restore 1", "restore 2", "request"]);
  });

  it("@G23 holds a suspect, and what its tab has asked for later, but nothing of the other tabs and no restore", () => {
    const { scheduler, sent, message, held, release } = setUp();
    const key = suspectKey("call", "com.x");
    held.add(key);
    const [one, other] = [scheduler.open(), scheduler.open()];
    one.request({ ...message("suspect"), key });
    one.request(message("behind it"));
    one.answer(message("answer"));
    other.request(message("other"));
    scheduler.restore(() => sent.push("held"), key);
    scheduler.restore(() => sent.push("restored"), suspectKey("subscribe", "com.x"));
    scheduler.pump();
    expect(sent).toEqual(["answer", "restored", "other"]);
    expect(one.requestBytes).toBe(2);
    one.request(message("last"));
    scheduler.pump();
    expect(sent).toHaveLength(3);
    held.clear();
    release();
    expect(sent.slice(3)).toEqual(["held", "suspect", "behind it", "last"]);
  });

  it("@G23 sends on the next session what the last one held", () => {
    const { scheduler, sent, message, held } = setUp();
    const key = suspectKey("call", "com.x");
    held.add(key);
    scheduler.open().request({ ...message("suspect"), key });
    scheduler.restore(() => sent.push("restore"), key);
    scheduler.pump();
    held.clear();
    scheduler.sessionLost();
    scheduler.pump();
    expect(sent).toEqual(["suspect"]);
  });

  it("@G13 forgets what was to be restored on a session that is lost", () => {
    const { scheduler, sent } = setUp();
    scheduler.restore(() => sent.push("restore"), suspectKey("subscribe", "com.x"));
    scheduler.sessionLost();
    scheduler.pump();
    expect(sent).toEqual([]);
  });

  it("@G23 gives back at once if there is room, and otherwise before the requests of the tabs", () => {
    const { wire, scheduler, sent, message, makeRoom } = setUp();
    const dropped: string[] = [];
    const giveBack = (name: string): void => {
      scheduler.giveBack(
        () => sent.push(name),
        () => dropped.push(name),
      );
    };
    giveBack("first");
    wire.hasRoom = false;
    scheduler.open().request(message("request"));
    giveBack("second");
    expect(sent).toEqual(["first"]);
    wire.hasRoom = true;
    makeRoom();
    expect(sent).toEqual(["first", "second", "request"]);
    wire.hasRoom = false;
    giveBack("third");
    scheduler.sessionLost();
    expect([sent.length, dropped]).toEqual([3, ["third"]]);
  });

  it("@G23 rejects a request that the hub fails to send, and continues with the others", () => {
    const { clock, scheduler, sent, logged, message } = setUp();
    const [a, b] = [scheduler.open(), scheduler.open()];
    const rejected: string[] = [];
    const timing = { clock, timeout: 0, offline: "wait" } as const;
    const pending = new PendingRequest(1 as RequestId, timing, (_pending, notice) => {
      if (notice?.kind === "rejected") rejected.push(notice.error.message);
    });
    const broken = message("1", () => {
      throw new Error("The hub has a defect");
    });
    a.request({ ...broken, pending });
    b.request(message("2"));
    scheduler.pump();
    expect(sent).toEqual(["1", "2"]);
    expect(logged).toEqual(["A message could not be sent"]);
    expect(rejected).toEqual([expect.stringContaining("The hub has a defect")]);
  });

  it("@G6 drops the requests of a queue that is closed, and sends its answers if there is a session", () => {
    const { scheduler, sent, message, disconnect } = setUp();
    const [online, offline] = [scheduler.open(), scheduler.open()];
    for (const queue of [online, offline]) {
      queue.request(message("request"));
      queue.answer(message("answer"));
    }
    scheduler.close(online);
    disconnect();
    scheduler.close(offline);
    scheduler.pump();
    expect(sent).toEqual(["answer"]);
    expect([online, offline].map(({ requestBytes, answerBytes }) => requestBytes + answerBytes)).toEqual([
      0, 0,
    ]);
    expect(() => scheduler.close(online)).toThrow("The queue is not open");
  });
});
