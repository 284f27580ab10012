import type { Session } from "wamp-mux";

/** The procedures and topics of the demo. Given to `connect`, it makes TypeScript check every request. */
export interface DemoApi {
  readonly procedures: {
    /** Makes the tab that sends the feed stop, so that the caller can send it. */
    readonly "com.example.feed.hand_over": { readonly args: readonly []; readonly result: void };
    /** Estimates π; progressive results are estimates too. */
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
  /** Chosen by the sender, which recognises an echo by it. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
}

export interface JobOrder {
  /** Name of the tab that orders the job. */
  readonly from: string;
  readonly darts: number;
}

export interface Estimate {
  /** Name of the tab that does the job. */
  readonly by: string;
  /** Darts thrown so far. */
  readonly thrown: number;
  /** Darts within the circle so far. */
  readonly hits: number;
}

export interface Presence {
  /** Id of the tab in the worker. */
  readonly tab: string;
  readonly name: string;
  /** True for a new tab, which asks the others for their names. */
  readonly asks: boolean;
}
