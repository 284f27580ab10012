import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../web/clock.js";
import type { KeyStore } from "../key-store.js";
import { cryptosign } from "../cryptosign.js";
import { generateKeyPair } from "../make-keys.js";
import { openKeyStore } from "./open-key-store.js";

/** Needs IndexedDB and a secure context. */
export function keyStoreSuite(): void {
  describe("the store of keys", () => {
    const challenge = "0f".repeat(32);
    let name: string;
    let keys: KeyStore;
    beforeEach(() => {
      name = `test-${crypto.randomUUID()}`;
      keys = openKeyStore(name, systemClock);
    });

    it("@G27 returns a stored key, which still signs and cannot be read", async () => {
      const key = await generateKeyPair();
      await keys.save("joe", key);
      const loaded = await openKeyStore(name, systemClock).load("joe");
      expect(loaded?.publicKey).toBe(key.publicKey);
      expect(loaded?.privateKey.extractable).toBe(false);
      const [one, other] = [key, loaded ?? key].map((each) =>
        cryptosign(each).sign({ challenge: { challenge } }),
      );
      // Ed25519 has no random part.
      expect(await other).toBe(await one);
    });

    it("has no key until one is saved, the latest one then, and none once it is deleted", async () => {
      expect(await keys.load("joe")).toBeUndefined();
      const [key, other] = [await generateKeyPair(), await generateKeyPair()];
      await keys.save("joe", key);
      await keys.save("joe", other);
      await keys.save("amy", key);
      expect((await keys.load("joe"))?.publicKey).toBe(other.publicKey);
      expect(await keys.names()).toEqual(["amy", "joe"]);
      await keys.delete("joe");
      await keys.delete("joe");
      expect(await keys.load("joe")).toBeUndefined();
      expect(await keys.names()).toEqual(["amy"]);
    });
  });
}
