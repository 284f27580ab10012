import { once } from "node:events";
import { Decoder, encode } from "@msgpack/msgpack";
import { WebSocket } from "ws";
import { expect, test } from "./support/fixtures.js";

/** The arguments `[1]` as no encoder of this package writes them: with an integer of 32 bits. */
const ARGS = [0x91, 0xce, 0, 0, 0, 1];

const decoder = new Decoder();

/** A session that sends bytes of its own making in MessagePack, and keeps the frames that it gets. */
async function joined(url: string, realm: string) {
  const socket = new WebSocket(url, ["wamp.2.msgpack"]);
  await once(socket, "open");
  const send = (fields: readonly unknown[], args: readonly number[] = []): void => {
    const frame = Uint8Array.from([...encode(fields), ...args]);
    if (args.length > 0) frame[0] = 0x90 + fields.length + 1;
    socket.send(frame);
  };
  const next = async (code: number): Promise<Uint8Array> => {
    for (;;) {
      const [data] = (await once(socket, "message")) as [Buffer];
      if ((decoder.decode(data) as unknown[])[0] === code) return data;
    }
  };
  const welcome = next(2);
  send([1, realm, { roles: { publisher: {}, subscriber: {} } }]);
  await welcome;
  return { send, next, close: () => socket.close() };
}

test("@G28 a relay between two topics neither decodes nor encodes, and the bytes stay the same", async ({
  tabs,
  router,
  uri,
}) => {
  const tab = await tabs.open({ serializers: ["msgpack"] });
  const peer = await joined(router.url, tab.options.realm);
  try {
    await tab.page.evaluate(
      async ([from, to]) => {
        const { session } = window;
        const relay = window.kit.recorder("relayed");
        window.kit.track(
          from,
          await session.subscribe(
            from,
            async ({ payload }) => {
              await session.publish(to, payload, { acknowledge: true });
              relay.add(relay.items.length);
            },
            { lazy: true },
          ),
        );
        // Both are used for each value of MessagePack, by its decoder and its encoder.
        const used = window.kit.recorder("used");
        for (const name of ["getUint8", "setUint8"] as const) {
          const original = Reflect.get(DataView.prototype, name) as (...given: unknown[]) => unknown;
          Object.defineProperty(DataView.prototype, name, {
            value: function (this: DataView, ...given: unknown[]): unknown {
              used.add(name);
              return original.apply(this, given);
            },
          });
        }
      },
      [uri("from"), uri("to")] as const,
    );
    const subscribed = peer.next(33);
    peer.send([32, 1, {}, uri("to")]);
    await subscribed;

    const frames: Uint8Array[] = [];
    for (let count = 0; count < 3; count += 1) {
      const event = peer.next(36);
      peer.send([16, 2 + count, {}, uri("from")], ARGS);
      frames.push(await event);
    }

    expect(await tab.events("relayed", 3)).toEqual([0, 1, 2]);
    for (const frame of frames) {
      expect((decoder.decode(frame) as unknown[])[4]).toEqual([1]);
      // Other routers write the arguments anew.
      if (router.name === "dev") expect([...frame.subarray(-ARGS.length)]).toEqual(ARGS);
    }
    expect(await tab.page.evaluate(() => window.kit.recorder("used").items)).toEqual([]);
    // It is decoded as soon as it is used.
    await tab.page.evaluate(async (topic) => {
      const seen = window.kit.recorder("args");
      const subscription = await window.session.subscribe(topic, ({ args }) => seen.add([...args]), {
        lazy: true,
      });
      window.kit.track(topic, subscription);
    }, uri("used"));
    peer.send([16, 5, {}, uri("used")], ARGS);
    expect(await tab.events("args", 1)).toEqual([[1]]);
    expect(await tab.page.evaluate(() => window.kit.recorder("used").items.length)).toBeGreaterThan(0);
  } finally {
    peer.close();
  }
});
