import type * as Passthru from "wamp-mux/passthru";
import { startEncryptingPeer } from "./support/encrypting-peer.js";
import { expect, test } from "./support/fixtures.js";
import { needsEncryption } from "./support/needs.js";
import { needsPython } from "./support/python.js";
import type { Tab } from "./support/tab.js";
import type { PlainConnectOptions } from "./support/tab.js";

const KEY = "2ec23e10beb05a8c3b82fd4556c5775731f453070840d9d445c9c168d8250420";

/** Connects a tab that encrypts everything below a prefix; without keys, it only reads what it is given. */
async function connectEncrypting(
  tab: Tab,
  prefix: string,
  cipher: "xsalsa20poly1305" | "aes256gcm",
): Promise<void> {
  await tab.page.evaluate(
    async ([options, prefix, cipher, hex]) => {
      const file: string = "/dist/passthru.js";
      const { createPassthru, keyRing } = (await import(file)) as typeof Passthru;
      const key = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
      const passthru = createPassthru({
        encryption: {
          rules: [{ uri: prefix, match: "prefix", cipher }],
          keys: keyRing({ k1: key }, () => "k1"),
        },
      });
      window.session = await window.wampMux.connect({ ...options, passthru });
      window.session.on("warning", (error) => window.kit.recorder("warnings").add(window.kit.error(error)));
      await window.session.ready;
    },
    [tab.options, prefix, cipher, KEY] as const,
  );
}

test.describe("through a router with the feature", () => {
  for (const serializer of ["json", "msgpack", "cbor"] as const) {
    for (const cipher of ["xsalsa20poly1305", "aes256gcm"] as const) {
      test(`@G30 tabs and a peer in Python encrypt for each other, and another tab of the session sees no clear text (${cipher}, ${serializer})`, async ({
        tabs,
        router,
        uri,
      }) => {
        needsEncryption(router, cipher);
        needsPython();
        const options: PlainConnectOptions = { serializers: [serializer] };
        const prefix = uri("secret");
        const tab = await tabs.blank(options);
        await connectEncrypting(tab, prefix, cipher);
        const other = await tabs.open(options);
        await other.subscribe(`${prefix}.heard`);
        await tab.subscribe(`${prefix}.heard`);
        const peer = await startEncryptingPeer(
          router.directUrl,
          router.realm,
          prefix,
          cipher,
          KEY,
          serializer,
        );

        const answer = await tab.call(`${prefix}.work`, ["ü€🌍", 2 ** 40], { kwargs: { a: { b: [1] } } });
        expect(answer).toBe(2 ** 40);
        const failed = await tab.callOutcome(`${prefix}.work`, ["fail", 7]);
        expect(failed).toMatchObject({
          ok: false,
          error: { name: "WampError", uri: `${prefix}.failed`, args: ["fail", 7] },
        });
        await tab.publish(`${prefix}.topic`, ["hello"], { kwargs: { n: 1 } });
        expect(await tab.events(`${prefix}.heard`, 1)).toMatchObject([{ args: ["hello"], kwargs: { n: 1 } }]);
        const [seen] = await other.events(`${prefix}.heard`, 1);
        expect(JSON.stringify(seen)).not.toContain("hello");
        const [, ...decrypted] = await peer.lines.waitForCount(4);
        expect(decrypted.map((line): unknown => JSON.parse(line))).toEqual([
          { args: ["ü€🌍", 2 ** 40], kwargs: { a: { b: [1] } } },
          { args: ["fail", 7], kwargs: {} },
          { args: ["hello"], kwargs: { n: 1 } },
        ]);
        await peer.stop();
      });
    }
  }

  test("@G30 what must be encrypted and is not is refused by name, for that message alone", async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    needsEncryption(router, "xsalsa20poly1305");
    const prefix = uri("secret");
    const tab = await tabs.blank();
    await connectEncrypting(tab, prefix, "xsalsa20poly1305");
    await tab.subscribe(`${prefix}.topic`);
    await tab.register(`${prefix}.work`, "echo");
    await foreign.register(`${prefix}.foreign`, ({ result }) => result(["in clear"]));
    await foreign.publish(`${prefix}.topic`, ["in clear"]);
    await expect(foreign.call(`${prefix}.work`, ["in clear"])).rejects.toMatchObject({
      uri: "wamp.error.invalid_argument",
    });
    // Autobahn|JS has not announced the feature, so that the router passes no such call to it.
    expect(await tab.callOutcome(`${prefix}.foreign`)).toMatchObject({
      ok: false,
      error: { name: "WampError", uri: "wamp.error.feature_not_supported" },
    });
    const warnings = await tab.page.evaluate(() => window.kit.recorder("warnings").waitForCount(2));
    expect(warnings).toMatchObject([{ reason: "not-encrypted" }, { reason: "not-encrypted" }]);
    const open = await foreign.subscribe(uri("open"));
    await tab.publish(uri("open"), ["next"]);
    expect(await open.waitForCount(1)).toMatchObject([{ args: ["next"] }]);
  });
});

test.describe("through a router without the feature", () => {
  test.use({ devOptions: { features: { payload_passthru_mode: false } } });

  test("@G30 nothing is sent that must be encrypted", async ({ tabs, router, uri }) => {
    if (router.announces("dealer", "payload_passthru_mode")) {
      test
        .info()
        .annotations.push({ type: "feature", description: "payload_passthru_mode cannot be switched off" });
      test.skip(true, "payload_passthru_mode cannot be switched off");
    }
    const prefix = uri("secret");
    const tab = await tabs.blank();
    await connectEncrypting(tab, prefix, "aes256gcm");
    const refused = { name: "FeatureNotSupportedError", feature: "payload_passthru_mode" };
    expect(await tab.callOutcome(`${prefix}.work`, ["clear"])).toMatchObject({ ok: false, error: refused });
    const published = await tab.page.evaluate(
      (topic) => window.kit.outcome(window.session.publish(topic, ["clear"])),
      `${prefix}.topic`,
    );
    expect(published).toMatchObject({ ok: false, error: refused });
  });
});
