import type { Collector } from "../support/collector.js";
import { ForeignError, ForeignSession } from "../support/foreign.js";
import type { ForeignEvent, ForeignInvocation } from "../support/foreign.js";
import type { RouterUnderTest } from "../support/router.js";
import type { Peer, PeerSerializer } from "./peer.js";

type Dict = Readonly<Record<string, unknown>>;
type Procedure = (invocation: ForeignInvocation) => unknown;

/** Autobahn|JS in Node, in the process of the test. */
export class JavaScriptPeer implements Peer {
  #session: ForeignSession | undefined;

  async join(
    { directUrl, realm }: RouterUnderTest,
    prefix: string,
    serializer: PeerSerializer,
  ): Promise<void> {
    const session = (this.#session = await ForeignSession.open(directUrl, realm, serializer));
    for (const [name, procedure] of Object.entries(proceduresOf(session))) {
      await session.register(`${prefix}.${name}`, (invocation) => {
        Promise.resolve(procedure(invocation)).catch((error: unknown) =>
          invocation.error("wamp.error.runtime_error", [String(error)]),
        );
      });
    }
  }

  async leave(): Promise<void> {
    await this.#session?.close();
  }
}

/** The procedures of peer.py. Those are left out that Autobahn|JS cannot have: it handles no INTERRUPT, and a caller gets no progress in Node. */
function proceduresOf(session: ForeignSession): Readonly<Record<string, Procedure>> {
  const subscriptions = new Map<string, Collector<ForeignEvent>>();
  const cancels = new Map<string, () => void>();
  return {
    echo: ({ args, kwargs, result }) => result(args, kwargs),
    types: ({ args, kwargs, result }) => result([[described(args), described(kwargs)]]),
    fail: ({ args: [error, ...args], kwargs, error: answer }) => answer(String(error), args, kwargs),
    count: ({ args: [last], progress, result }) => {
      for (let number = 1; number <= Number(last); number += 1) progress([number]);
      result([last]);
    },
    call: async ({ args: [procedure, args, kwargs], result }) =>
      result([await session.call(String(procedure), args as unknown[], kwargs as Dict).catch(errorOf)]),
    start: ({ args: [procedure], result }) => {
      cancels.set(String(procedure), session.startCall(String(procedure)));
      result([null]);
    },
    cancel: ({ args: [procedure], result }) => {
      cancels.get(String(procedure))?.();
      result([null]);
    },
    publish: async ({ args: [topic, args, kwargs, options], result }) => {
      await session.publish(String(topic), args as unknown[], kwargs as Dict, options as Dict);
      result([null]);
    },
    subscribe: async ({ args: [topic, options], result }) => {
      subscriptions.set(String(topic), await session.subscribe(String(topic), options as Dict));
      result([null]);
    },
    seen: async ({ args: [topic, count], result }) => {
      const events = (await subscriptions.get(String(topic))?.waitForCount(Number(count))) ?? [];
      result([events.map(({ topic, args, kwargs }) => ({ topic, args, kwargs }))]);
    },
  };
}

function errorOf(error: unknown) {
  if (!(error instanceof ForeignError)) throw error;
  return { error: error.uri, args: error.args, kwargs: error.kwargs };
}

/** Writes down a value with its type, as peer.py does. */
function described(value: unknown): unknown {
  switch (typeof value) {
    case "number":
      return `${Number.isInteger(value) ? "int" : "float"} ${value}`;
    case "bigint":
      return `int ${value}`;
    case "string":
      return `text ${value}`;
    case "boolean":
      return String(value);
    default:
      if (value === null || value === undefined) return "null";
      if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
      if (Array.isArray(value)) return value.map(described);
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, described(one)]));
  }
}
