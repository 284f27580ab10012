import { unmetHopes } from "../../connection/gate/features.js";
import { isRefused } from "../../connection/gate/refusal.js";
import type { AnswerHandler, WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { WireOptions } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { PublicationId } from "../../protocol/ids.js";
import type { Clock } from "../../web/clock.js";
import type { Environment } from "../environment.js";
import { concerning, lostRequest, wampErrorOf } from "../error-records.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { enqueue } from "../tab/send-queue.js";
import type { SendQueue } from "../tab/send-queue.js";
import { HOLD_DEADLINE } from "./publisher-exclusion.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import type { Subscriptions } from "./subscriptions.js";

type PublishRequest = Extract<AnsweredRequest, { kind: "publish" }>;

/** The sender of a publication: a tab, or a part of the hub that does not publish for a tab. */
export interface Publisher {
  /** The queue in which the publication waits for its turn, and whose fence it may raise. */
  readonly queue: SendQueue;
  /** Excludes the publishing tab, and represents it among the subscribers. Without it every tab gets the publication. */
  readonly exclusion?: PublisherExclusion;
  /** Warns the publisher of something that does not settle its request; the same warning is given once. */
  readonly tell?: (error: ErrorRecord) => void;
}

/**
 * The outcome of a publication: its id; "failed" if there is none, or none has arrived in time, and then the id may still follow;
 * "overtaken" if the router has answered a later request, so that the id may still arrive.
 */
type Outcome = PublicationId | "failed" | "overtaken";

/** A part of the hub that waits for the outcome of a publication, in addition to the application. */
type Follower = (outcome: Outcome) => void;

/**
 * Handles the publications of the tabs: PUBLISH and PUBLISHED, publisher exclusion per tab (WAMP, "Publisher Exclusion"; the router
 * knows only sessions), and the fence that keeps a flood out of the socket.
 * @param requestTimeout deadline in milliseconds for an acknowledgement that only the hub requested
 */
export function createPublications(env: Environment, subscriptions: Subscriptions, requestTimeout: number) {
  const send = (
    publisher: Publisher,
    request: PublishRequest,
    pending: PendingRequest,
    session: WireSession,
  ): void => {
    const { topic, options, payload } = request;
    const { exclusion } = publisher;
    const wantsItself = options.exclude_me === false;
    const excluded = wantsItself ? undefined : exclusion;
    const reachesTabs = mayReachSession(options, session) && subscriptions.anyOutside(excluded, topic);
    // A router without the feature always excludes the whole session: then the hub itself delivers to the tabs.
    const isRelayed = reachesTabs && !session.features.publisher_exclusion;
    const includesUs = reachesTabs && !isRelayed && !wantsItself;
    const followers: Follower[] = [];
    // The publication may come back out of the router's history.
    if (excluded !== undefined && subscriptions.anyFollowed(excluded, topic))
      followers.push((outcome) => void (typeof outcome === "number" && excluded.remember(outcome)));
    if (isRelayed)
      followers.push((outcome) => {
        if (typeof outcome === "number") subscriptions.relayOutside(excluded, topic, outcome, request);
      });
    // Only a tab that has the topic itself has an event of its own to recognize.
    if (includesUs && exclusion !== undefined) {
      const isCheap = options.acknowledge === true;
      if (isCheap || subscriptions.anyOf(exclusion, topic))
        followers.push(exclusionFollower(exclusion, topic, env.clock));
      else exclusion.sentUnrecognized(topic);
    } else if (excluded !== undefined && subscriptions.anyBehind(excluded, topic))
      // A history that is on its way may arrive before PUBLISHED.
      followers.push(exclusionFollower(excluded, topic, env.clock));
    const fence = publisher.queue.fence.raiseIfDue(session);
    if (fence !== undefined)
      followers.push((outcome) => (typeof outcome === "number" ? fence.answered() : fence.lost()));
    const acknowledge = options.acknowledge === true || followers.length > 0;
    const tell: Follower = (outcome) => {
      for (const follower of followers) follower(outcome);
    };
    const forget = (): void => {
      if (!isRefused(publication)) session.forget(publication);
    };
    const publication = session.request(
      {
        type: "PUBLISH",
        topic,
        options: {
          ...options,
          ...(acknowledge && { acknowledge }),
          ...(includesUs && { exclude_me: false }),
        },
        payload,
      },
      acknowledge ? handler(request, pending, followers.length > 0, tell, forget) : undefined,
      // A request that is not settled is rejected with it.
      (error) => void (pending.settled && publisher.tell?.(concerning(error, `publication to ${topic}`))),
    );
    if (isRefused(publication)) {
      tell("failed");
      return pending.reject(publication.refused);
    }
    pending.markSent();
    for (const gap of unmetHopes("publish", options, session.features)) publisher.tell?.(gap);
    if (options.acknowledge !== true) pending.resolve({ kind: "published", request: pending.request });
  };

  /**
   * Returns the handler of the acknowledgement. The followers wait for it no longer than a deadline of their own, whatever the deadline of
   * the application is.
   */
  const handler = (
    { topic }: PublishRequest,
    pending: PendingRequest,
    areFollowed: boolean,
    tell: Follower,
    forget: () => void,
  ): AnswerHandler => {
    let areWaiting = areFollowed;
    const expire = (): void => {
      areWaiting = false;
      if (pending.settled) forget();
      tell("failed");
    };
    const stopDeadline = areFollowed ? env.clock.after(requestTimeout, expire) : undefined;
    pending.onGivenUp = () => void (areWaiting || forget());
    return {
      answered: (answer) => {
        stopDeadline?.();
        if (answer.type === "PUBLISHED") {
          const { publication } = answer;
          tell(publication);
          pending.resolve({ kind: "published", request: pending.request, publication });
        } else if (answer.type === "ERROR") {
          tell("failed");
          if (pending.settled) env.log(`The router refused a publication to ${topic}: ${answer.error}`);
          pending.reject(wampErrorOf(answer));
        }
      },
      lost: (error: ErrorRecord) => {
        stopDeadline?.();
        tell("failed");
        pending.reject(lostRequest(error));
      },
      overtaken: () => tell("overtaken"),
    };
  };

  return {
    publish(publisher: Publisher, request: PublishRequest, pending: PendingRequest): void {
      enqueue(publisher.queue, request, pending, (session) => send(publisher, request, pending, session));
    },
  };
}

export type Publications = ReturnType<typeof createPublications>;

/** Tells whether the publisher's own lists allow the session to get the event (WAMP, "Subscriber Black- and Whitelisting"). */
function mayReachSession(options: WireOptions<"publish">, { id, details }: WireSession): boolean {
  const { authid, authrole } = details;
  const lists: [unknown, readonly unknown[] | undefined, readonly unknown[] | undefined][] = [
    [id, options.exclude, options.eligible],
    [authid, options.exclude_authid, options.eligible_authid],
    [authrole, options.exclude_authrole, options.eligible_authrole],
  ];
  return lists.every(
    ([own, excluded, eligible]) => excluded?.includes(own) !== true && eligible?.includes(own) !== false,
  );
}

/** Follows a publication whose own events are held. If its answer is probably lost, it delays later events only a little longer. */
function exclusionFollower(exclusion: PublisherExclusion, topic: string, clock: Clock): Follower {
  const expected = exclusion.expect(topic);
  const release = (): void => exclusion.release(expected);
  let stopDeadline = (): void => undefined;
  return (outcome) => {
    stopDeadline();
    if (outcome === "overtaken") stopDeadline = clock.after(HOLD_DEADLINE, release);
    else if (outcome === "failed") release();
    else exclusion.exclude(expected, outcome);
  };
}
