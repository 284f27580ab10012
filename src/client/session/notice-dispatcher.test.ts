import { expect, it } from "vitest";
import type { Notice } from "../../contract/notices.js";
import { createNoticeDispatcher } from "./notice-dispatcher.js";
import type { NoticeTargets } from "./notice-dispatcher.js";

const warning = (message: string): Notice => ({
  kind: "warning",
  error: { name: "WampMuxError", message, fields: {} } as never,
});

/** A dispatcher of warnings, each of which must be opened first if its text begins with "sealed". */
function setUp() {
  const told: string[] = [];
  const opening: (() => void)[] = [];
  const seen = new Set<Notice>();
  const targets = {
    toError: ({ message }) => message as never,
    warn: (text) => void told.push(String(text)),
    open: (notice) => {
      if (seen.has(notice) || notice.kind !== "warning" || !notice.error.message.startsWith("sealed"))
        return undefined;
      seen.add(notice);
      return new Promise<void>((resolve) => opening.push(resolve));
    },
  } satisfies Partial<NoticeTargets> as Partial<NoticeTargets> as NoticeTargets;
  const dispatcher = createNoticeDispatcher(targets, (task) => void opening.push(task));
  const deliver = (...texts: string[]): void => void dispatcher.deliver(texts.map(warning));
  return { dispatcher, deliver, told, opening };
}

it("@G10 @G30 the notices of the next hub do not wait for a payload of the lost one", () => {
  const { dispatcher, deliver, told } = setUp();
  deliver("sealed of the lost hub", "after it");
  dispatcher.clear();
  deliver("of the next hub");
  expect(told).toEqual(["of the next hub"]);
});

it("@G10 @G30 a payload of the lost hub does not end the pause of the next one's", async () => {
  const { dispatcher, deliver, told, opening } = setUp();
  deliver("sealed of the lost hub");
  dispatcher.clear();
  deliver("sealed of the next hub", "after it");
  opening[0]?.();
  await Promise.resolve();
  expect(told).toEqual([]);
  opening[1]?.();
  await Promise.resolve();
  expect(told).toEqual(["sealed of the next hub", "after it"]);
});
