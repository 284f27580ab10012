import { beforeEach, describe, expect, it, vi } from "vitest";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Payload } from "../../protocol/payload.js";
import type { UnknownApi } from "../api/api-types.js";
import type { EncodedPayload } from "../api/encoded-payload.js";
import type { Passthru } from "../api/passthru.js";
import type { Session } from "../api/session.js";
import { PayloadDecodeError } from "../errors/argument-errors.js";
import type { SessionFacade } from "../session/lease.js";
import { invocationNotice, online } from "../testing/fake-hub.js";
import { FakePage, fence, options } from "../testing/fake-page.js";

const BROKEN: Payload = { serializer: "json", count: 1, data: "[oops" };
/** A payload that this package would write otherwise: with spaces, and with a number that is an integer. */
const FOREIGN: Payload = { serializer: "json", count: 2, data: '[1.0, "a"], {"b":2}' };

let page: FakePage;
let facade: SessionFacade;
let session: Session<UnknownApi>;
const warnings: unknown[] = [];

beforeEach(async () => {
  page = new FakePage();
  facade = await page.connect();
  session = facade;
  warnings.length = 0;
  session.on("warning", (warning) => warnings.push(warning));
});

const subscription = async () => (await page.hub.next("subscribe")).subscription;

/** Delivers a run of events to one subscription. */
async function deliver(...payloads: readonly Payload[]): Promise<void> {
  await page.hub.deliver({
    kind: "events",
    targets: [await subscription()],
    publications: Float64Array.from(payloads, (_, index) => index + 1),
    details: [],
    payloads: jsonSerializer.join(payloads),
  });
}

describe("a lazy subscription", () => {
  it("@G28 hands each payload of a run through as it has arrived, and decodes nothing", async () => {
    const parse = vi.spyOn(JSON, "parse");
    try {
      const relay = session.subscribe(
        "com.example.a",
        ({ payload }) => session.publish("com.example.b", payload),
        { lazy: true },
      );
      await deliver(FOREIGN, BROKEN, { serializer: "json", count: 0, data: "" });
      await relay;
      await fence(page, facade);
      expect(page.hub.of("publish").map(({ payload }) => payload)).toEqual([
        FOREIGN,
        BROKEN,
        { serializer: "json", count: 0, data: "" },
      ]);
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  it("@G28 decodes the arguments at the first access, once", async () => {
    const seen: unknown[] = [];
    void session.subscribe(
      "com.example.a",
      (event) => {
        const { args, kwargs, payload, topic, publication } = event;
        seen.push({ args, kwargs, topic, publication }, event.args === args, payload.args === args);
        seen.push([payload.serializer, payload.data]);
      },
      { lazy: true },
    );
    await deliver(FOREIGN);
    expect(seen).toEqual([
      { args: [1, "a"], kwargs: { b: 2 }, topic: "com.example.a", publication: 1 },
      true,
      true,
      ["json", FOREIGN.data],
    ]);
  });

  it("@G28 throws what cannot be decoded at the access, which is no mistake of the handler", async () => {
    let caught: unknown;
    void session.subscribe(
      "com.example.a",
      (event) => {
        try {
          expect(event.args).toBeUndefined();
        } catch (error) {
          caught = error;
          throw error;
        }
      },
      { lazy: true },
    );
    await deliver(BROKEN);
    expect(caught).toBeInstanceOf(PayloadDecodeError);
    expect(warnings).toEqual([caught]);
    expect(page.reported).toEqual([]);
  });

  it("tells the hub nothing of it, and keeps it when the worker is lost", async () => {
    const seen: unknown[] = [];
    await session.subscribe("com.example.a", ({ payload }) => seen.push(payload.data), { lazy: true });
    expect((await page.hub.next("subscribe")).given).toBeUndefined();
    await page.crash(facade);
    await page.online(facade);
    await deliver(FOREIGN);
    expect(seen).toEqual([FOREIGN.data]);
  });

  it.each([null, 1, "yes"])("refuses %o as the option", async (lazy) => {
    await expect(session.subscribe("com.example.a", () => 0, { lazy } as never)).rejects.toThrow(
      "subscribe(): options.lazy",
    );
  });
});

describe("a lazy registration", () => {
  async function registered(handler: Parameters<typeof session.register>[1]) {
    void session.register("com.example.x", handler as never, { lazy: true });
    const { registration } = await page.hub.next("register");
    return (payload: Payload, details = {}) =>
      page.hub.deliver({ ...invocationNotice(registration, [], { details }), payload });
  }

  it("@G28 answers with a payload as it has arrived, also in parts", async () => {
    const invoke = await registered(((payload: never, { progress }: { progress: (part: never) => void }) => {
      progress(payload);
      return payload;
    }) as never);
    void invoke(FOREIGN, { receive_progress: true });
    await page.hub.next("yield", 2);
    expect(page.hub.of("yield").map(({ payload }) => payload)).toEqual([FOREIGN, FOREIGN]);
  });

  it("@G28 answers a call whose arguments cannot be decoded as any other registration does", async () => {
    const invoke = await registered((_: unknown, context: { args: unknown }) => context.args);
    void invoke(BROKEN);
    const { uri } = await page.hub.next("fail");
    expect(uri).toBe("wamp.error.invalid_argument");
    expect(warnings).toEqual([expect.any(PayloadDecodeError)]);
    expect(page.reported).toEqual([]);
  });
});

describe("the result of a lazy call", () => {
  it("@G28 remains encoded, and is sent on as it has arrived", async () => {
    const calling = session.callResult("com.example.x", [], { lazy: true });
    const { request, given } = await page.hub.next("call");
    expect(given).toBeUndefined();
    await page.hub.deliver({ kind: "result", request, progress: false, details: {}, payload: FOREIGN });
    const { payload, args, kwargs } = await calling;
    expect([args, kwargs]).toEqual([[1, "a"], { b: 2 }]);
    void session.call("com.example.y", payload ?? []);
    expect((await page.hub.next("call", 2)).payload).toEqual(FOREIGN);
  });

  it("has the whole result: a method that returns less does not know the option", async () => {
    void session.call("com.example.x", [], { lazy: true } as never);
    expect((await page.hub.next("call")).given).toEqual({ lazy: true });
  });
});

describe("an encoded payload", () => {
  async function received(payload = FOREIGN) {
    const calling = session.callResult("com.example.x", [], { lazy: true });
    const { request } = await page.hub.next("call");
    await page.hub.deliver({ kind: "result", request, progress: false, details: {}, payload });
    const view = (await calling).payload;
    if (view === undefined) throw new Error("The result has no payload");
    return view;
  }

  const published = async (other: SessionFacade, payload: EncodedPayload) => {
    await fence(page, other);
    void other.publish("com.example.y", payload);
    await fence(page, other);
    return page.hubs.flatMap((hub) => hub.of("publish")).at(-1)?.payload;
  };

  it("@G28 is encoded anew for another session, whose router has not seen it", async () => {
    const view = await received();
    const other = await page.connect({ ...options, realm: "realm2" });
    expect(await published(other, view)).toEqual({
      serializer: "json",
      count: 2,
      data: '[1,"a"],{"b":2}',
    });
  });

  it("@G28 is encoded anew if the application has made it", async () => {
    const view = await received();
    const forged = Object.create(view, { data: { value: "[oops" }, args: { value: ["forged"] } }) as never;
    // Its inherited members lead to the payload that has arrived.
    expect(await published(facade, forged)).toEqual(FOREIGN);
    await expect(session.publish("com.example.y", { ...FOREIGN, args: [1] } as never)).rejects.toThrow(
      "publish(): args",
    );
  });

  it("is the same behind the Proxy of a framework", async () => {
    const view = await received();
    expect(await published(facade, new Proxy(view, {}))).toEqual(FOREIGN);
  });

  it("@G28 is encoded anew if the session uses another serializer by then", async () => {
    const payload = msgpackSerializer.encodePayload(["a"]);
    await page.hub.deliver({
      kind: "status",
      status: { ...online, serializer: "msgpack" } as StatusRecord,
      storage: { kind: "indexeddb" },
    });
    const view = await received(payload);
    expect(await published(facade, view)).toEqual(payload);
    await page.hub.deliver({ kind: "status", status: online, storage: { kind: "indexeddb" } });
    expect(await published(facade, view)).toEqual(jsonSerializer.encodePayload(["a"]));
  });

  it("takes no keyword arguments beside its own", async () => {
    const view = await received();
    await expect(session.publish("com.example.y", view, { kwargs: { a: 1 } })).rejects.toThrow(
      "publish(): options.kwargs",
    );
    await expect(session.publish("com.example.y", view, { sendTab: true })).rejects.toThrow(
      "publish(): options.sendTab",
    );
  });

  it("shows a copy of its bytes", async () => {
    const view = await received(msgpackSerializer.encodePayload([new Uint8Array(8)]));
    (view.data as Uint8Array).fill(0xff);
    expect((view.data as Uint8Array)[0]).toBe(0x91);
  });
});

it("@G30 a session with passthru, which reads the payloads itself, refuses to be lazy", async () => {
  const passthru: Passthru = { seal: () => undefined, open: () => undefined };
  const sealed: Session<UnknownApi> = await page.connect({ ...options, realm: "realm2", passthru });
  await expect(sealed.subscribe("com.example.a", () => 0, { lazy: true })).rejects.toThrow(
    "subscribe(): options.lazy is true, expected none in a session with passthru",
  );
  await expect(sealed.callResult("com.example.a", [], { lazy: true })).rejects.toThrow("passthru");
});
