import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

/** Makes a call and returns how it went, with a way to send the details and the arguments of its results as text. */
async function called(options: object) {
  const { world, router, a } = await startTabs();
  router.override = (message) => message.type === "CALL";
  const call = a.call("com.p", [], { options: { ...options } });
  await world.settle();
  const [sent] = router.got("CALL");
  const result = async (details: string, args: string) => {
    router.socket.receiveRaw(`[50,${sent?.request},${details},${args}]`);
    await world.settle();
  };
  return { world, call, result };
}

describe("a result with unreadable details", () => {
  it("@G7 @G23 is progressive if that can be read", async () => {
    const { call, result } = await called({ receive_progress: true });
    await result('{"progress":true,"x":NaN}', '["part"]');
    await result("{}", '["whole"]');
    expect(call.progress).toHaveLength(1);
    expect(call.outcome).toMatchObject({ kind: "result", payload: json("whole") });
  });

  it("@G7 @G23 fails the call if it may be progressive", async () => {
    const { world, call, result } = await called({ receive_progress: true });
    await result("{progress:true}", '["part"]');
    await result("{}", '["whole"]');
    expect(call.error).toMatchObject({
      name: "WampError",
      fields: { uri: "wamp.error.protocol_violation" },
      message: expect.stringContaining("unreadable") as string,
    });
    expect(world.session.state).toBe("online");
  });

  it("@G23 is the result of a call that asked for no progressive ones", async () => {
    const { call, result } = await called({});
    await result("{progress:true}", '["whole"]');
    expect(call.outcome).toMatchObject({ kind: "result", payload: json("whole") });
  });
});
