import type { Answer, AnswerHandler, WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { WireOptions } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { PublicationId } from "../../protocol/ids.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../environment.js";
import { connectionLost, wampError } from "../error-records.js";
import { requestSize } from "../validation/message-size.js";
import { isRefused, toWirePayload } from "../validation/wire-payload.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { SendQueue } from "../tab/send-queue.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import type { Subscriptions } from "./subscriptions.js";

type PublishRequest = Extract<AnsweredRequest, { kind: "publish" }>;

/** The sender of a publication: a tab, or a part of the hub that does not publish for a tab. */
export interface Publisher {
  /** The queue in which the publication waits for its turn, and whose fence it may raise. */
  readonly queue: SendQueue;
  /** Excludes the publishing tab, and represents it among the subscribers. Without it every tab gets the publication. */
  readonly exclusion?: PublisherExclusion;
}

/** A part of the hub that waits for the outcome of a publication, in addition to the application. */
interface Follower {
  published(publication: PublicationId): void;
  /** Called instead of `published` if there is no publication id, or it arrives too late. */
  failed(): void;
}

/** Limits of publications. */
export interface PublicationLimits {
  readonly maxMessageSize: number;
  /** Deadline in milliseconds for an acknowledgement that only the hub requested. */
  readonly requestTimeout: number;
}

/**
 * Handles the publications of the tabs: PUBLISH and PUBLISHED, publisher exclusion per tab (WAMP, "Publisher Exclusion"; the router
 * knows only sessions), and the fence that keeps a flood out of the socket.
 */
export class Publications {
  readonly #env: Environment;
  readonly #subscriptions: Subscriptions;
  readonly #limits: PublicationLimits;

  constructor(env: Environment, subscriptions: Subscriptions, limits: PublicationLimits) {
    this.#env = env;
    this.#subscriptions = subscriptions;
    this.#limits = limits;
  }

  publish(publisher: Publisher, request: PublishRequest, pending: PendingRequest): void {
    publisher.queue.request({
      bytes: requestSize(request),
      get dropped() {
        return pending.settled;
      },
      send: (session) => this.#send(publisher, request, pending, session),
    });
  }

  #send(publisher: Publisher, request: PublishRequest, pending: PendingRequest, session: WireSession): void {
    const { topic, options } = request;
    const payload = toWirePayload(
      { payload: request.payload, uri: topic, options },
      session,
      this.#env,
      this.#limits.maxMessageSize,
    );
    if (isRefused(payload)) return pending.reject(payload.refused);

    const followers: Follower[] = [];
    const forSiblings = this.#excludesTabOnly(publisher, request) && mayReachSession(options, session);
    if (forSiblings) followers.push(this.#siblingsFollower(publisher, topic, payload, session));
    if (publisher.queue.fence.raiseIfDue()) followers.push(fenceFollower(publisher));

    const acknowledge = options.acknowledge === true || followers.length > 0;
    const publication = session.publish(
      {
        topic,
        options: {
          ...options,
          ...(acknowledge && { acknowledge }),
          ...(forSiblings && session.features.publisherExclusion && { exclude_me: false }),
        },
        payload,
      },
      acknowledge ? this.#handler(request, pending, followers, () => session.forget(publication)) : undefined,
    );
    pending.sent = true;
    if (options.acknowledge !== true) pending.resolve({ kind: "published", request: pending.request });
  }

  /** Tells whether a sibling must get the publication while the publishing tab must not. */
  #excludesTabOnly({ exclusion }: Publisher, { topic, options }: PublishRequest): boolean {
    return options.exclude_me !== false && this.#subscriptions.anyOutside(exclusion, topic);
  }

  #siblingsFollower(
    { exclusion }: Publisher,
    topic: string,
    payload: Payload,
    session: WireSession,
  ): Follower {
    if (session.features.publisherExclusion) {
      const expected = exclusion?.expect(topic);
      return {
        published: (publication) => expected && exclusion?.exclude(expected, publication),
        failed: () => expected && exclusion?.release(expected),
      };
    }
    // A router without publisher exclusion always excludes the whole session, so the hub itself delivers to the siblings.
    return {
      published: (publication) => this.#subscriptions.relayOutside(exclusion, topic, publication, payload),
      failed: () => undefined,
    };
  }

  /** Returns the handler of the acknowledgement. When the application no longer waits for it, the followers wait until a deadline. */
  #handler(
    request: PublishRequest,
    pending: PendingRequest,
    followers: readonly Follower[],
    forget: () => void,
  ): AnswerHandler {
    const fail = (): void => {
      for (const follower of followers) follower.failed();
    };
    let stopDeadline = (): void => undefined;
    const startDeadline = (): void => {
      stopDeadline = this.#env.clock.after(this.#limits.requestTimeout, () => {
        forget();
        fail();
      });
    };
    if (request.options.acknowledge !== true) startDeadline();
    pending.onGivenUp = () => void (followers.length > 0 ? startDeadline() : forget());
    return {
      answered: (answer: Answer) => {
        stopDeadline();
        if (answer.kind === "published") {
          for (const follower of followers) follower.published(answer.publication);
          pending.resolve({
            kind: "published",
            request: pending.request,
            publication: answer.publication,
          });
        } else if (answer.kind === "error") {
          fail();
          if (pending.settled)
            this.#env.log(`The router refused a publication to ${request.topic}: ${answer.uri}`);
          pending.reject(wampError(answer.uri, answer.details, answer.payload));
        }
      },
      lost: (error: ErrorRecord) => {
        stopDeadline();
        fail();
        pending.reject(connectionLost(true, error));
      },
    };
  }
}

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

function fenceFollower({ queue }: Publisher): Follower {
  const lift = (): void => queue.fence.lift();
  return { published: lift, failed: lift };
}
