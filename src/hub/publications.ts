import type { ErrorRecord } from "../contract/errors.js";
import type { WirePublishOptions } from "../contract/options.js";
import type { AnsweredRequest } from "../contract/requests.js";
import type { PublicationId } from "../protocol/ids.js";
import type { Payload } from "../protocol/payload.js";
import type { Ask } from "./ask.js";
import type { Environment } from "./environment.js";
import { connectionLost, wampError } from "./error-records.js";
import { fit, isRefused, requestSize } from "./fit.js";
import type { Subscriptions } from "./subscriptions.js";
import type { Tab } from "./tab.js";
import type { Answer, Line, WireTicket } from "./wire-ticket.js";

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

  publish(tab: Tab, request: PublishRequest, ask: Ask): void {
    tab.lane.request({
      bytes: requestSize(request),
      get dropped() {
        return ask.settled;
      },
      send: (line) => this.#send(tab, request, ask, line),
    });
  }

  #send(tab: Tab, request: PublishRequest, ask: Ask, line: Line): void {
    const { topic, options } = request;
    const payload = fit(
      { payload: request.payload, uri: topic, options },
      line,
      this.#env,
      this.#limits.maxMessageSize,
    );
    if (isRefused(payload)) return ask.reject(payload.refused);

    const followers: Follower[] = [];
    const forSiblings = this.#excludesTabOnly(tab, request) && mayReachSession(options, line);
    if (forSiblings) followers.push(this.#siblingsFollower(tab, topic, payload, line));
    if (tab.lane.fenceDue()) followers.push(fenceFollower(tab));

    const acknowledge = options.acknowledge === true || followers.length > 0;
    const publish = line.core.publish(
      {
        topic,
        options: {
          ...options,
          ...(acknowledge && { acknowledge }),
          ...(forSiblings && line.features.publisherExclusion && { exclude_me: false }),
        },
        payload,
      },
      acknowledge
        ? this.#ticket(request, ask, followers, () => line.core.forget(publish.request))
        : undefined,
    );
    ask.sent = true;
    line.send(publish);
    if (options.acknowledge !== true) ask.resolve({ kind: "published", request: ask.request });
  }

  /** Whether a sibling has to get what the publishing tab must not get. */
  #excludesTabOnly(tab: Tab, request: PublishRequest): boolean {
    return request.options.exclude_me !== false && this.#subscriptions.anyOutside(tab, request.topic);
  }

  #siblingsFollower(tab: Tab, topic: string, payload: Payload, line: Line): Follower {
    if (line.features.publisherExclusion) {
      const unnamed = tab.echo.expect(topic);
      return {
        named: (publication) => tab.echo.name(unnamed, publication),
        ended: () => tab.echo.release(unnamed),
      };
    }
    // Such a router always leaves the whole session out, so the siblings get the event from here.
    return {
      named: (publication) => this.#subscriptions.relayOutside(tab, topic, publication, payload),
      ended: () => undefined,
    };
  }

  /** The followers still wait when the application does not, or no longer: then within a deadline of the hub's. */
  #ticket(request: PublishRequest, ask: Ask, followers: readonly Follower[], forget: () => void): WireTicket {
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
function mayReachSession(options: WirePublishOptions, { session, details }: Line): boolean {
  const { authid, authrole } = details;
  const lists: [unknown, readonly unknown[] | undefined, readonly unknown[] | undefined][] = [
    [session, options.exclude, options.eligible],
    [authid, options.exclude_authid, options.eligible_authid],
    [authrole, options.exclude_authrole, options.eligible_authrole],
  ];
  return lists.every(
    ([own, excluded, eligible]) => excluded?.includes(own) !== true && eligible?.includes(own) !== false,
  );
}

function fenceFollower(tab: Tab): Follower {
  const lift = (): void => tab.lane.liftFence();
  return { named: lift, ended: lift };
}
