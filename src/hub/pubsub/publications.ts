import type { ErrorRecord } from "../../contract/errors.js";
import type { WireOptions } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { PublicationId } from "../../protocol/ids.js";
import type { Payload } from "../../protocol/payload.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Environment } from "../environment.js";
import { connectionLost, wampError } from "../error-records.js";
import { requestSize } from "../validation/message-size.js";
import { toWirePayload, isRefused } from "../validation/wire-payload.js";
import type { Subscriptions } from "./subscriptions.js";
import type { Tab } from "../tab/tab.js";
import type { Answer, WireSession, AnswerHandler } from "../../connection/wire-session.js";

type PublishRequest = Extract<AnsweredRequest, { kind: "publish" }>;

/** Something that waits for the end of a publication: its id, or the knowledge that there will be none. */
interface Follower {
  named(publication: PublicationId): void;
  ended(): void;
}

/** How publications are limited. */
export interface PublicationLimits {
  readonly maxMessageSize: number;
  /** Milliseconds that an acknowledgement which only the hub asked for may take. */
  readonly requestTimeout: number;
}

/**
 * Publications of the tabs: PUBLISH and PUBLISHED, publisher exclusion per tab (WAMP, "Publisher Exclusion"; the router
 * knows sessions only), and the fence that keeps a flood out of the socket.
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

  publish(tab: Tab, request: PublishRequest, ask: PendingRequest): void {
    tab.queue.request({
      bytes: requestSize(request),
      get dropped() {
        return ask.settled;
      },
      send: (session) => this.#send(tab, request, ask, session),
    });
  }

  #send(tab: Tab, request: PublishRequest, ask: PendingRequest, session: WireSession): void {
    const { topic, options } = request;
    const payload = toWirePayload(
      { payload: request.payload, uri: topic, options },
      session,
      this.#env,
      this.#limits.maxMessageSize,
    );
    if (isRefused(payload)) return ask.reject(payload.refused);

    const followers: Follower[] = [];
    const forSiblings = this.#excludesTabOnly(tab, request) && mayReachSession(options, session);
    if (forSiblings) followers.push(this.#siblingsFollower(tab, topic, payload, session));
    if (tab.queue.fenceDue()) followers.push(fenceFollower(tab));

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
      acknowledge ? this.#handler(request, ask, followers, () => session.forget(publication)) : undefined,
    );
    ask.sent = true;
    if (options.acknowledge !== true) ask.resolve({ kind: "published", request: ask.request });
  }

  /** Whether a sibling has to get what the publishing tab must not get. */
  #excludesTabOnly(tab: Tab, request: PublishRequest): boolean {
    return request.options.exclude_me !== false && this.#subscriptions.anyOutside(tab, request.topic);
  }

  #siblingsFollower(tab: Tab, topic: string, payload: Payload, session: WireSession): Follower {
    if (session.features.publisherExclusion) {
      const unnamed = tab.exclusion.expect(topic);
      return {
        named: (publication) => tab.exclusion.name(unnamed, publication),
        ended: () => tab.exclusion.release(unnamed),
      };
    }
    // Such a router always leaves the whole session out, so the siblings get the event from here.
    return {
      named: (publication) => this.#subscriptions.relayOutside(tab, topic, publication, payload),
      ended: () => undefined,
    };
  }

  /** The followers still wait when the application does not, or no longer: then within a deadline of the hub's. */
  #handler(
    request: PublishRequest,
    ask: PendingRequest,
    followers: readonly Follower[],
    forget: () => void,
  ): AnswerHandler {
    const end = (): void => {
      for (const follower of followers) follower.ended();
    };
    let stopDeadline = (): void => undefined;
    const waitAlone = (): void => {
      stopDeadline = this.#env.clock.after(this.#limits.requestTimeout, () => {
        forget();
        end();
      });
    };
    if (request.options.acknowledge !== true) waitAlone();
    ask.onGivenUp = () => void (followers.length > 0 ? waitAlone() : forget());
    return {
      answered: (answer: Answer) => {
        stopDeadline();
        if (answer.kind === "published") {
          for (const follower of followers) follower.named(answer.publication);
          ask.resolve({ kind: "published", request: ask.request, publication: answer.publication });
        } else if (answer.kind === "error") {
          end();
          if (ask.settled)
            this.#env.log(`The router refused a publication to ${request.topic}: ${answer.uri}`);
          ask.reject(wampError(answer.uri, answer.details, answer.payload));
        }
      },
      lost: (error: ErrorRecord) => {
        stopDeadline();
        end();
        ask.reject(connectionLost(true, error));
      },
    };
  }
}

/** Whether the publisher's own lists let the session have it (WAMP, "Subscriber Black- and Whitelisting"). */
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

function fenceFollower(tab: Tab): Follower {
  const lift = (): void => tab.queue.liftFence();
  return { named: lift, ended: lift };
}
