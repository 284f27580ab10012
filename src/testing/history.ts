import type { MatchPolicy, WireOptions } from "../contract/request-options.js";
import type { WireRequestId } from "../protocol/ids.js";
import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import { matches } from "../protocol/uri.js";
import type { Asked } from "./asked.js";
import type { FakeTab } from "./fake-tab.js";
import type { World } from "./harness.js";

/** A local subscription, as known to the application. */
export interface KnownSubscription {
  readonly tab: FakeTab;
  readonly topic: string;
  readonly match: MatchPolicy;
  /** Tells whether retained events are requested. */
  readonly retained: boolean;
  readonly asked: Asked;
  /** True if the application wants what it misses. */
  readonly catchUp: boolean;
  /** The latest repetition of the request, by which its page has asked the next worker for it. */
  replay: Asked | undefined;
  /** Number of publications that the router had when the application first knew of the subscription. */
  from: number | undefined;
  /** The request that ends it. */
  undone: Asked | undefined;
}

/** A local registration, as known to the application. */
export interface KnownRegistration {
  readonly tab: FakeTab;
  readonly procedure: string;
  readonly options: WireOptions<"register">;
  readonly asked: Asked;
  replay: Asked | undefined;
  undone: boolean;
}

interface Publication {
  readonly publisher: FakeTab | undefined;
  readonly topic: string;
  readonly includeMe: boolean;
  /** Time at which the publication was sent, as long as no PUBLISHED has arrived. */
  sentAt: number | undefined;
  /**
   * The connection was lost, or too much time passed before PUBLISHED, or before the event if there is no PUBLISHED: the hub cannot know
   * the publisher of the event.
   */
  spoilt: boolean;
}

/** Record of a run: requests of the tabs, publications by their token, and events on the wire. */
export class History {
  readonly wrongs: string[] = [];
  readonly counts = { recovered: 0, gaps: 0 };
  readonly subscriptions: KnownSubscription[] = [];
  readonly registrations: KnownRegistration[] = [];
  readonly publications = new Map<number, Publication>();
  /** The publications in the order in which the router got them: token and topic. */
  readonly got: { readonly token: number; readonly topic: string }[] = [];
  /** Tabs that have left or vanished. */
  readonly dead: FakeTab[] = [];
  /** Events written to the socket, in order: token of the publication and key of the subscription. */
  readonly wire: { readonly token: number; readonly key: string }[] = [];
  /** Events that a subscription must have received in the end. */
  due: { readonly known: KnownSubscription; readonly token: number; readonly at: number }[] = [];
  readonly #world: World;
  /** Publications that the router was told to keep from a session although siblings of the publisher listen in it. */
  readonly #withheld: { readonly known: KnownSubscription; readonly token: number }[] = [];
  readonly #unacknowledged = new Map<WireRequestId, Publication>();
  /** Keys of the wire subscriptions by their ids. */
  readonly #keys = new Map<number, string>();
  #lastToken = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Records a publication under a new token, which is its only argument. */
  newToken(publisher: FakeTab | undefined, topic: string, includeMe: boolean): number {
    this.#lastToken += 1;
    this.publications.set(this.#lastToken, {
      publisher,
      topic,
      includeMe,
      sentAt: undefined,
      spoilt: false,
    });
    return this.#lastToken;
  }

  /** Marks the publications that have waited for PUBLISHED for at least the given number of milliseconds. */
  spoil(atLeast: number): void {
    const now = this.#world.fake.clock.now();
    for (const publication of this.publications.values()) {
      const { sentAt } = publication;
      if (sentAt === undefined || now - sentAt < atLeast) continue;
      publication.spoilt = true;
      publication.sentAt = undefined;
    }
  }

  /** Takes note that the worker is about to die: what has not reached the tabs is lost, and the publishers of events are not known any more. */
  workerLost(): void {
    this.due = this.due.filter(({ known, token }) => known.tab.heardBy(known.asked).includes(token));
    for (const publication of this.publications.values()) publication.spoilt = true;
  }

  /** Asks a new worker for the handles that the pages had, as they do. */
  replay(): void {
    for (const known of this.continuing()) {
      const { tab, topic, asked, catchUp } = known;
      const seen = tab.seen.get(asked.handle);
      const options = { ...subscribeOptions(known), ...(catchUp && seen !== undefined && { seen }) };
      known.replay = tab.subscribeAs(asked.handle, topic, { ...options, timeout: 0 }, true);
    }
    for (const known of this.registrations) {
      const { tab, procedure, asked, options, undone } = known;
      if (undone || !this.isHeld(tab, known, "registration-ended")) continue;
      known.replay = tab.registerAs(asked.handle, procedure, { ...options, timeout: 0 }, true);
    }
  }

  /** Records a message from the hub that has arrived at the router. */
  sent(message: ClientMessage): void {
    if (message.type !== "PUBLISH") return;
    const publication = this.publications.get(tokenFromMessage(message));
    if (publication === undefined) throw new Error("a publication that no tab made");
    publication.sentAt = this.#world.fake.clock.now();
    this.got.push({ token: tokenFromMessage(message), topic: message.topic });
    if (message.options["acknowledge"] === true) this.#unacknowledged.set(message.request, publication);
    const { publisher, topic } = publication;
    const siblings = this.listening().filter(
      (known) => known.tab !== publisher && matches(known.match, known.topic, topic),
    );
    if (message.options["exclude_me"] !== false)
      for (const known of siblings) this.#withheld.push({ known, token: tokenFromMessage(message) });
  }

  /** Judges, once nothing is on its way, what was withheld from siblings: one whose subscription has been set aside may have learned of it later. */
  rested(): void {
    const listening = new Set(this.listening());
    for (const { known, token } of this.#withheld.splice(0))
      if (listening.has(known)) this.wrongs.push(`a sibling would miss publication ${token}`);
  }

  /** Records a message that the router delivers to the hub. */
  delivered(message: RouterMessage): void {
    if (message.type === "PUBLISHED") this.#published(message.request);
    if (message.type !== "EVENT" || message.details["retained"] === true) return;
    const key = this.#keyFromId(message.subscription);
    const token = tokenFromMessage(message);
    const publication = this.publications.get(token);
    if (Number.isNaN(token)) return;
    const at = this.wire.push({ token, key });
    // A late event of a subscription that was ended has no recipient.
    if (!this.#isCurrent(message.subscription, key)) return;
    for (const known of this.listening()) {
      const excluded = known.tab === publication?.publisher && !publication.includeMe;
      if (`${known.match} ${known.topic}` === key && !excluded && !known.catchUp)
        this.due.push({ known, token, at });
    }
  }

  /** Returns the subscriptions that a live tab knows to be established and has not ended. */
  listening(): KnownSubscription[] {
    return this.continuing().filter(({ replay, asked }) => (replay ?? asked).outcome?.kind === "done");
  }

  /** Returns the subscriptions that a live tab has, also those that a new worker has not restored yet. */
  continuing(): KnownSubscription[] {
    return this.subscriptions.filter(
      (known) => known.undone === undefined && this.isHeld(known.tab, known, "subscription-ended"),
    );
  }

  /** Tells whether a live tab has a handle that the hub has not ended. */
  isHeld(
    tab: FakeTab,
    { asked, replay }: Pick<KnownSubscription, "asked" | "replay">,
    end: "subscription-ended" | "registration-ended",
  ): boolean {
    const isRefused = replay?.isOrphaned === false && replay.outcome?.kind === "rejected";
    return (
      asked.outcome?.kind === "done" &&
      !isRefused &&
      !this.dead.includes(tab) &&
      !hasEnded(tab, end, asked.handle)
    );
  }

  #published(request: WireRequestId): void {
    const publication = this.#unacknowledged.get(request);
    if (publication !== undefined) publication.sentAt = undefined;
  }

  #keyFromId(subscription: number): string {
    const { router } = this.#world;
    for (const key of router.subscriptions) {
      const [match, topic] = key.split(" ");
      if (topic !== undefined && isMatch(match)) this.#keys.set(router.subscriptionId(topic, match), key);
    }
    return this.#keys.get(subscription) ?? "unknown";
  }

  #isCurrent(subscription: number, key: string): boolean {
    const { router } = this.#world;
    const [match, topic = ""] = key.split(" ");
    return (
      router.subscriptions.includes(key) &&
      isMatch(match) &&
      router.subscriptionId(topic, match) === subscription
    );
  }
}

/** Returns the options with which an application of the model subscribes. */
export function subscribeOptions({
  match,
  retained,
  catchUp,
}: Pick<KnownSubscription, "match" | "retained" | "catchUp">) {
  return { match, get_retained: retained, ...(catchUp && { catch_up: true }) };
}

/** Tells whether the hub has ended a handle, for example because the router never answered its restoration. */
function hasEnded(tab: FakeTab, kind: "subscription-ended" | "registration-ended", handle: number): boolean {
  return tab.notices.some(
    (notice) =>
      notice.kind === kind &&
      ("subscription" in notice ? notice.subscription : notice.registration) === handle,
  );
}

function tokenFromMessage({
  payload,
}: Extract<ClientMessage | RouterMessage, { readonly type: "PUBLISH" | "EVENT" }>): number {
  return Number(/^\[(\d+)\]$/.exec(String(payload.data))?.[1]);
}

function isMatch(match: string | undefined): match is MatchPolicy {
  return match === "exact" || match === "prefix" || match === "wildcard";
}
