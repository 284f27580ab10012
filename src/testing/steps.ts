import type { CancelMode, InvocationPolicy, MatchPolicy } from "../contract/request-options.js";

/** One event in a run of the model. Numbers choose among the candidates, modulo their count. */
export type Step =
  | { readonly do: "join" }
  | { readonly do: "leave" | "die" | "stall" | "resume" | "hide" | "show"; readonly tab: number }
  | {
      readonly do: "subscribe";
      readonly tab: number;
      readonly topic: string;
      readonly match: MatchPolicy;
      readonly retained: boolean;
      readonly catchUp: boolean;
    }
  | { readonly do: "unsubscribe" | "unregister"; readonly tab: number; readonly which: number }
  | {
      readonly do: "register";
      readonly tab: number;
      readonly procedure: string;
      readonly invoke: InvocationPolicy;
      readonly concurrency: number;
      readonly force: boolean;
    }
  | { readonly do: "call"; readonly tab: number; readonly procedure: string; readonly timeout: number }
  | {
      readonly do: "publish";
      readonly tab: number;
      readonly topic: string;
      readonly acknowledge: boolean;
      readonly includeMe: boolean;
    }
  | { readonly do: "cancel"; readonly tab: number; readonly which: number; readonly mode: CancelMode }
  | { readonly do: "begin" | "yield" | "fail"; readonly tab: number; readonly which: number }
  | { readonly do: "foreign publish"; readonly topic: string; readonly retain: boolean }
  | { readonly do: "foreign call"; readonly procedure: string }
  | { readonly do: "deliver" | "swallow"; readonly which: number }
  | { readonly do: "deliver all" | "drop" | "fill the socket" | "drain the socket" }
  | { readonly do: "wait"; readonly milliseconds: number }
  /** The worker dies; with the browser, all tabs die as well. */
  | { readonly do: "crash"; readonly withBrowser: boolean }
  /** The next step is followed by this number of microtasks only. */
  | { readonly do: "hurry"; readonly microtasks: number }
  | { readonly do: "router"; readonly up: boolean; readonly holdsWelcome: boolean }
  /** The router drops the session over each request for one URI, or no longer. */
  | { readonly do: "poison"; readonly on: boolean }
  | { readonly do: "admit"; readonly authid: string }
  | { readonly do: "store"; readonly works: "always" | "never" | "slowly" }
  | { readonly do: "forget" }
  | {
      readonly do: "durable";
      readonly tab: number;
      readonly kind: "call" | "publish" | "acknowledged";
      readonly uri: string;
    }
  | {
      readonly do: "outbox";
      readonly tab: number;
      readonly action: "cancel" | "dismiss";
      readonly which: number;
    };

/** Returns the chosen item, or `undefined` if there is none. */
export function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % items.length];
}
