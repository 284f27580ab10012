import type { Session } from "wamp-mux";

/** What the tabs of the demo say to each other. `connect` takes it, and every request is checked against it. */
export interface DemoApi {
  readonly procedures: {
    /** The tab that sends the feed stops, so that the caller can send it. */
    readonly "com.example.feed.hand_over": { readonly args: readonly []; readonly result: void };
    /** Estimates π; parts of the result are estimates too. */
    readonly "com.example.job.pi": { readonly args: readonly [order: JobOrder]; readonly result: Estimate };
  };
  readonly topics: {
    readonly "com.example.feed.wind": { readonly args: readonly [Sample] };
    readonly "com.example.chat": { readonly args: readonly [ChatMessage] };
    readonly "com.example.presence": { readonly args: readonly [Presence] };
  };
}

export type DemoSession = Session<DemoApi>;

export interface Sample {
  /** Name of the tab that sends the feed. */
  readonly from: string;
  /** Metres per second. */
  readonly speed: number;
}

export interface ChatMessage {
  /** Chosen by the sender, who recognises an echo by it. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
}

export interface JobOrder {
  /** Name of the tab that asks. */
  readonly from: string;
  readonly darts: number;
}

export interface Estimate {
  /** Name of the tab that works. */
  readonly by: string;
  /** Darts thrown so far. */
  readonly thrown: number;
  /** Of them, those within the circle. */
  readonly hits: number;
}

export interface Presence {
  /** The worker's id of the tab. */
  readonly tab: string;
  readonly name: string;
  /** A tab that arrives asks the others to say who they are. */
  readonly asks: boolean;
}
