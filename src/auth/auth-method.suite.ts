import { describe, expect, it } from "vitest";
import type { AuthExchange, AuthMethod } from "./auth-method.js";

/** One authentication method with the router's side of it. */
export interface MethodUnderTest {
  readonly method: AuthMethod;
  /** The method's name in WAMP. */
  readonly name: string;
  /** The secrets with which the method proves the identity: the right one, and others; none if it has none. */
  readonly secrets: readonly string[];
  /**
   * Plays the router after HELLO for a principal with this secret, and tells whether the session is admitted.
   * @param prepared an exchange after `prepare`
   */
  readonly admits: (prepared: AuthExchange, secret: string) => Promise<boolean>;
}

/** The contract of {@link AuthMethod}: runs on each method, against the router's own check. */
export function authMethodSuite({ method, name, secrets, admits }: MethodUnderTest): void {
  const [right = "s€cret", ...others] = secrets;
  const needsSecret = secrets.length > 0;
  const begin = (secret: () => Promise<string>): AuthExchange => method({ authid: "joe", secret });

  describe(`authentication method ${name}`, () => {
    it("carries its name and the claimed authid", async () => {
      const exchange = begin(() => Promise.resolve(right));
      await exchange.prepare();
      expect(exchange.method).toBe(name);
      expect(exchange.hello.authid).toBe("joe");
    });

    it("has no authid if none is claimed", async () => {
      const exchange = method({ secret: () => Promise.resolve(right) });
      await exchange.prepare();
      expect(Object.keys(exchange.hello)).not.toContain("authid");
    });

    it("is admitted by the router with the right secret", async () => {
      const exchange = begin(() => Promise.resolve(right));
      await exchange.prepare();
      expect(await admits(exchange, right)).toBe(true);
    });

    it(`fetches the secret ${needsSecret ? "once, in" : "neither before nor in"} prepare`, async () => {
      let fetched = 0;
      const exchange = begin(() => {
        fetched += 1;
        return Promise.resolve(right);
      });
      expect(fetched).toBe(0);
      await exchange.prepare();
      await admits(exchange, right);
      expect(fetched).toBe(needsSecret ? 1 : 0);
    });

    if (!needsSecret) return;

    it("is refused by the router with any other secret", async () => {
      for (const secret of others) {
        const exchange = begin(() => Promise.resolve(secret));
        await exchange.prepare();
        expect(await admits(exchange, right)).toBe(false);
      }
    });

    it("rejects prepare with the reason if there is no secret", async () => {
      const refused = new Error("the dialog was closed");
      await expect(begin(() => Promise.reject(refused)).prepare()).rejects.toBe(refused);
    });

    it("keeps the secrets of two exchanges apart", async () => {
      const two = secrets.slice(0, 2);
      const runs = two.map((secret) => begin(() => Promise.resolve(secret)));
      for (const run of runs) await run.prepare();
      const admitted: boolean[][] = [];
      for (const run of runs) {
        const each: boolean[] = [];
        for (const secret of two) each.push(await admits(run, secret));
        admitted.push(each);
      }
      expect(admitted).toEqual([
        [true, false],
        [false, true],
      ]);
    });
  });
}
