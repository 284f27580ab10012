import { describe, expect, it } from "vitest";
import type { AuthExchange, AuthMethod } from "./auth-method.js";

/** One authentication method with the router's side of it. */
export interface MethodUnderTest {
  readonly method: AuthMethod;
  /** The method's name in WAMP. */
  readonly name: string;
  /** True if the method proves the identity with a secret. */
  readonly needsSecret: boolean;
  /**
   * Plays the router after HELLO for a principal with this secret, and tells whether the session is admitted.
   * @param prepared an exchange after `prepare`
   */
  readonly admits: (prepared: AuthExchange, secret: string) => Promise<boolean>;
}

/** The contract of {@link AuthMethod}: runs on each method, against the router's own check. */
export function authMethodSuite({ method, name, needsSecret, admits }: MethodUnderTest): void {
  const begin = (secret: () => Promise<string>): AuthExchange => method({ authid: "joe", secret });

  describe(`authentication method ${name}`, () => {
    it("carries its name and the claimed authid", async () => {
      const exchange = begin(() => Promise.resolve("s€cret"));
      await exchange.prepare();
      expect(exchange.method).toBe(name);
      expect(exchange.hello.authid).toBe("joe");
    });

    it("has no authid if none is claimed", async () => {
      const exchange = method({ secret: () => Promise.resolve("s€cret") });
      await exchange.prepare();
      expect(Object.keys(exchange.hello)).not.toContain("authid");
    });

    it("is admitted by the router with the right secret", async () => {
      const exchange = begin(() => Promise.resolve("s€cret"));
      await exchange.prepare();
      expect(await admits(exchange, "s€cret")).toBe(true);
    });

    it(`fetches the secret ${needsSecret ? "once, in" : "neither before nor in"} prepare`, async () => {
      let fetched = 0;
      const exchange = begin(() => {
        fetched += 1;
        return Promise.resolve("s€cret");
      });
      expect(fetched).toBe(0);
      await exchange.prepare();
      await admits(exchange, "s€cret");
      expect(fetched).toBe(needsSecret ? 1 : 0);
    });

    if (!needsSecret) return;

    it("is refused by the router with any other secret", async () => {
      for (const secret of ["", "s€cre", "s€cret ", "S€cret"]) {
        const exchange = begin(() => Promise.resolve(secret));
        await exchange.prepare();
        expect(await admits(exchange, "s€cret")).toBe(false);
      }
    });

    it("rejects prepare with the reason if there is no secret", async () => {
      const refused = new Error("the dialog was closed");
      await expect(begin(() => Promise.reject(refused)).prepare()).rejects.toBe(refused);
    });

    it("keeps the secrets of two exchanges apart", async () => {
      const secrets = ["first", "second"];
      const runs = [0, 1].map(() => begin(() => Promise.resolve(secrets.shift() ?? "")));
      for (const run of runs) await run.prepare();
      const admitted = runs.map((run) =>
        Promise.all(["first", "second"].map((secret) => admits(run, secret))),
      );
      expect(await Promise.all(admitted)).toEqual([
        [true, false],
        [false, true],
      ]);
    });
  });
}
