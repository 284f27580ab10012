import type { CancelMode, InvocationPolicy, MatchPolicy } from "../contract/request-options.js";

/** A step of the application in one tab. Numbers choose among the candidates, modulo their count. */
export type TabStep = { readonly tab: number } & (
  | { readonly do: "leave" | "die" | "stall" | "resume" | "hide" | "show" }
  | {
      readonly do: "subscribe";
      readonly topic: string;
      readonly match: MatchPolicy;
      readonly retained: boolean;
      readonly catchUp: boolean;
    }
  | { readonly do: "unsubscribe" | "unregister" | "begin" | "yield" | "fail"; readonly which: number }
  | {
      readonly do: "register";
      readonly procedure: string;
      readonly invoke: InvocationPolicy;
      readonly concurrency: number;
      readonly force: boolean;
    }
  | { readonly do: "call"; readonly procedure: string; readonly timeout: number }
  | {
      readonly do: "publish";
      readonly topic: string;
      readonly acknowledge: boolean;
      readonly includeMe: boolean;
    }
  | { readonly do: "cancel"; readonly which: number; readonly mode: CancelMode }
  | {
      readonly do: "durable";
      readonly kind: "call" | "publish" | "acknowledged";
      readonly uri: string;
    }
  | { readonly do: "outbox"; readonly action: "cancel" | "dismiss" | "retry"; readonly which: number }
);

/** One event in a run of the model. */
export type Step =
  | TabStep
  | { readonly do: "join" }
  | { readonly do: "foreign publish"; readonly topic: string; readonly retain: boolean }
  | { readonly do: "foreign call"; readonly procedure: string }
  | { readonly do: "deliver" | "swallow"; readonly which: number }
  | { readonly do: "deliver all" | "drop" | "shut down" | "fill the socket" | "drain the socket" }
  | { readonly do: "wait"; readonly milliseconds: number }
  /** The next step is followed by this number of microtasks only, so that the one after it comes in the middle of something. */
  | { readonly do: "hurry"; readonly microtasks: number }
  /** The worker dies; with the browser, all tabs die as well. */
  | { readonly do: "crash"; readonly withBrowser: boolean }
  /** The router accepts connections or not, and holds WELCOME back or not. */
  | { readonly do: "router"; readonly up: boolean; readonly holdsWelcome: boolean }
  /** The router drops the session over each request for one URI, or no longer. */
  | { readonly do: "poison"; readonly on: boolean }
  /** The router drops the session, and gives the next ones this authid. */
  | { readonly do: "admit"; readonly authid: string }
  | { readonly do: "store"; readonly works: "always" | "never" | "slowly" }
  /** The browser removes what is stored. */
  | { readonly do: "forget" };

/** Returns the chosen item, or `undefined` if there is none. */
export function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % items.length];
}
