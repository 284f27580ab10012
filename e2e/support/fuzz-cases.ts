import type { InvocationContext } from "wamp-mux";

/** The cases of one run by their outcome: "resolved", or the name of the error. */
export type Tally = Record<string, number>;

export interface FuzzCases {
  /** Makes requests of every kind with arbitrary arguments; resolves when each has settled. */
  requests(seed: number, count: number, prefix: string): Promise<Tally>;
  /** Registers a procedure that answers with whatever comes from the seed and the number of the case. */
  answer(seed: number, procedure: string, other: string): Promise<void>;
  /** Calls that procedure for each case, and cancels some of the calls; resolves when each has settled. */
  ask(seed: number, count: number, procedure: string): Promise<Tally>;
}

declare global {
  interface Window {
    fuzz: FuzzCases;
  }
}

/** Runs in every page before its own scripts. It may use nothing outside itself, since Playwright sends it as text. */
export function installFuzzCases(): void {
  // Deadlines settle what a router loses: Crossbar.io answers nothing to what it can read, but not pass on.
  const timeout = 4_000;
  const parallel = 40;

  /** Runs all cases, some at a time. */
  const runAll = async (count: number, run: (index: number) => Promise<unknown>): Promise<Tally> => {
    const tally: Tally = {};
    let next = 0;
    const worker = async () => {
      for (let index = next; index < count; index = next) {
        next += 1;
        const outcome = await window.kit.outcome((async () => run(index))());
        const { uri } = outcome.ok ? { uri: undefined } : outcome.error;
        const name = outcome.ok ? "resolved" : typeof uri === "string" ? uri : outcome.error.name;
        tally[name] = (tally[name] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return tally;
  };

  const optionNames = {
    call: ["kwargs", "discloseMe", "cancelMode", "offline"],
    publish: [
      ...["kwargs", "acknowledge", "excludeMe", "discloseMe", "retain", "exclude", "excludeAuthid"],
      ...["excludeAuthrole", "eligible", "eligibleAuthid", "eligibleAuthrole", "offline"],
    ],
    subscribe: ["match", "getRetained", "offline"],
    register: ["match", "invoke", "concurrency", "forceReregister", "offline"],
  } as const;

  /** Makes a request as untyped JavaScript code can. */
  const ask = (method: keyof typeof optionNames, ...args: readonly unknown[]): Promise<unknown> =>
    Reflect.apply(
      Reflect.get(window.session, method) as () => unknown,
      window.session,
      args,
    ) as Promise<unknown>;

  window.fuzz = {
    requests: (seed, count, prefix) =>
      runAll(count, async (index) => {
        const { chance, dict, list, options, pick, uri } = window.fuzzValues(seed + index, prefix);
        const payload = () => (chance(0.5) ? { kwargs: dict() } : {});
        const kind = pick(["call", "publish", "subscribe", "register"] as const);
        const names = optionNames[kind];
        if (kind === "call" || kind === "publish") {
          await ask(kind, uri(), list(), { ...payload(), ...options(names), timeout });
        } else {
          const handle = await ask(kind, uri(), (args: unknown) => args, { ...options(names), timeout });
          await (handle as AsyncDisposable)[Symbol.asyncDispose]();
        }
      }),

    async answer(seed, procedure, other) {
      const { WampError, result } = window.wampMux;
      const handler = async (
        args: readonly unknown[],
        { progress, signal }: Pick<InvocationContext, "progress" | "signal">,
      ): Promise<unknown> => {
        const { chance, dict, list, pick, text, uri, value } = window.fuzzValues(
          seed + Number(args[0]),
          "com.e2e",
        );
        const arbitrary = <T>(make: (...args: never[]) => T, ...args: unknown[]): T =>
          Reflect.apply(make, undefined, args) as T;
        const parts = chance(0.2) ? 3 : 0;
        for (let part = 0; part < parts; part += 1) {
          if (progress !== undefined) arbitrary(progress, list(), dict());
        }
        if (chance(0.15)) {
          await new Promise((resolve) => {
            signal.addEventListener("abort", resolve);
            // Not every call is canceled.
            setTimeout(resolve, pick([0, 50]));
          });
        }
        const makeError = () => {
          // A valid error whose fields JavaScript code has changed: the constructor checks what it is given.
          const error = new WampError("com.e2e.error", [], {});
          const details = chance(0.9) ? dict() : value();
          const uriOf = chance(0.5) ? uri() : `com.e2e.${text()}`;
          const fields = {
            uri: chance(0.6) ? "com.e2e.error" : uriOf,
            args: list(),
            kwargs: dict(),
            details,
          };
          return Object.assign(
            Object.create(Object.getPrototypeOf(error) as object),
            error,
            fields,
          ) as unknown;
        };
        switch (pick(["return", "result", "throw", "error", "error", "rethrow", "own"])) {
          case "return":
            return value();
          case "result":
            return arbitrary(result, list(), dict());
          case "throw":
            throw value();
          case "error":
            throw makeError();
          case "own": {
            const details = pick<Record<string, unknown>>([
              { callee: pick<unknown>(["alice", null, 1.5, -1, 2 ** 53, true, []]) },
              {
                callee_authid: pick<unknown>([1, null, "a", {}]),
                callee_authrole: pick<unknown>([1, null, "a"]),
              },
              {
                forward_for: pick<unknown>([
                  "a",
                  null,
                  [],
                  [1],
                  [{ session: 1, authid: "a", authrole: "b" }],
                ]),
              },
              {
                enc_algo: pick<unknown>(["bad", 0, ""]),
                enc_key: 7,
                enc_serializer: pick<unknown>([1, "x"]),
              },
              { ppt_scheme: 7, ppt_cipher: [], ppt_keyid: {}, ppt_serializer: null },
            ]);
            throw new WampError("com.e2e.error", chance(0.5) ? [1] : [], {}, { details });
          }
          default:
            // The error of another call, with the details that the router gave it.
            return window.session.call(other, [], { timeout });
        }
      };
      window.kit.track(
        procedure,
        await window.session.register(procedure, handler as (args: readonly unknown[]) => unknown, {
          invoke: "single",
        }),
      );
    },

    ask: (seed, count, procedure) =>
      runAll(count, async (index) => {
        const { chance, pick } = window.fuzzValues(seed + 1e6 + index, "com.e2e");
        const controller = new AbortController();
        const options = {
          timeout,
          signal: controller.signal,
          cancelMode: pick(["kill", "killnowait", "skip"] as const),
        };
        const answer = chance(0.4)
          ? (async () => {
              for await (const _ of window.session.callProgressive(procedure, [index], options)) void _;
            })()
          : window.session.call(procedure, [index], options);
        if (chance(0.3)) setTimeout(() => controller.abort(), pick([0, 1, 5, 20]));
        return answer;
      }),
  };
}
