import { expect, it } from "vitest";
import type { WireSession } from "../../connection/wire-session.js";
import type { WireRequestId, WireSubscriptionId } from "../../protocol/ids.js";
import { jsonPayloads } from "../../codec/json-payload.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { requestHistory } from "./history-request.js";
import type { HistoryFailure } from "./history-request.js";

it("@G14 the deadline of a history counts from its request, not from the time at which that is queued", () => {
  const clock = new FakeClock();
  const outcomes: (HistoryFailure | "answered")[] = [];
  const turns: ((session: WireSession) => void)[] = [];
  const session = {
    serializer: jsonPayloads,
    request: () => 1 as WireRequestId,
    forget: () => undefined,
  } as unknown as WireSession;
  requestHistory(
    {
      clock,
      requestTimeout: 10_000,
      session: () => session,
      restores: {
        restore: (send) => turns.push(send),
        giveBack: () => undefined,
        pump: () => undefined,
      },
    },
    7 as WireSubscriptionId,
    () => true,
    (outcome) => outcomes.push(typeof outcome === "string" ? outcome : "answered"),
  );
  clock.advance(60_000);
  expect(outcomes).toEqual([]);
  for (const send of turns) send(session);
  clock.advance(9_999);
  expect(outcomes).toEqual([]);
  clock.advance(1);
  expect([outcomes, clock.pending]).toEqual([["timeout"], 0]);
});
