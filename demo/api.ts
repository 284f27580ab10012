/** What the tabs of the demo say to each other. */
export interface DemoApi {
  readonly procedures: {
    readonly "com.example.greet": { readonly args: readonly [caller: string]; readonly result: Greeting };
  };
  readonly topics: {
    readonly "com.example.chat": { readonly args: readonly [ChatMessage] };
    readonly "com.example.presence": { readonly args: readonly [Presence] };
  };
}

export interface Greeting {
  /** Name of the tab that answered. */
  readonly by: string;
  /** How many calls it has answered. */
  readonly count: number;
}

export interface ChatMessage {
  /** Chosen by the sender, who recognises an echo by it. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
}

export interface Presence {
  /** The worker's id of the tab. */
  readonly tab: string;
  readonly name: string;
  /** A tab that arrives asks the others to say who they are. */
  readonly asks: boolean;
}
