import type { ErrorRecord } from "../../contract/errors.js";
import type {
  Incarnation,
  InvocationId,
  RegistrationHandle,
  RequestId,
  SubscriptionHandle,
} from "../../contract/ids.js";
import type { EventRun, Notice } from "../../contract/notices.js";
import type { InvocationNotice } from "../features/invocations.js";
import type { AttachAnswer, HubApi, Question, TabApi, TabHello } from "../../contract/port.js";
import type { AuthConfig } from "../../contract/session-config.js";
import type { TabRequest } from "../../contract/requests.js";
import type { StatusRecord } from "../../contract/status.js";
import { jsonSerializer } from "../../codec/json.js";
import { literalSecret, optionDifferences, sameCredentials } from "../../contract/identity.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { hubStream } from "../../contract/stream.js";
import { openLink } from "../../link/link.js";
import type { Link } from "../../link/link.js";
import type { Payload, SerializerName } from "../../protocol/payload.js";

type Kind = TabRequest["kind"];
type Posted<K extends Kind> = Extract<TabRequest, { readonly kind: K }>;

export const online: StatusRecord = {
  state: "online",
  session: 4711,
  url: "ws://router.example/",
  serializer: "json",
  details: { authid: "joe", authrole: "user", roles: {} },
  roundTrip: 1,
};

/**
 * A hub controlled by the test, at the other end of a real MessagePort. By default it accepts all requests, and answers only subscribe,
 * register and their reversals.
 */
export class FakeHub {
  readonly incarnation: Incarnation;
  readonly hellos: TabHello[] = [];
  readonly posted: TabRequest[] = [];
  /** The serializer of arguments until a status names the session's. */
  serializer: SerializerName = "json";
  leaves = 0;
  /** The changes of its visibility that the page has told. */
  readonly hidden: boolean[] = [];
  /** The changes of the network that the tab has told. */
  readonly network: boolean[] = [];
  /** The serializers that the page cannot read, each with the kinds of the notices that it gave back. */
  readonly transcoded: [SerializerName, string[]][] = [];
  /** Transcodes notices for a page that cannot read them. */
  transcode: (notices: readonly Notice[]) => Promise<readonly (readonly Notice[])[]> = () =>
    Promise.reject(new Error("This hub does not transcode"));
  batches = 0;
  /** Resolves when hellos may be answered. */
  ready: Promise<void> = Promise.resolve();
  /** Answers a hello; by default with a session that is online. */
  answerHello: (hello: TabHello) => AttachAnswer | Promise<AttachAnswer> = () => this.welcome();
  /** Answers a ping. */
  pong: () => Promise<void> = () => Promise.resolve();
  /** Handles a request. */
  take: (request: TabRequest) => void = (request) => this.answerDone(request);
  /** Resolves when the answer to `leave` may be sent. */
  left: () => Promise<void> = () => Promise.resolve();
  /** Resolves when the answer to a batch may be sent, which is the page's credit for another batch. */
  credit: () => Promise<void> = () => Promise.resolve();
  #link: Link<TabApi> | undefined;
  #waiting: { readonly enough: () => boolean; readonly resolve: () => void }[] = [];

  constructor(incarnation: string) {
    this.incarnation = incarnation as Incarnation;
  }

  serve(port: MessagePort): void {
    this.#link = openLink<HubApi, TabApi>(
      port,
      {
        ping: () => this.pong(),
        attach: async (hello) => {
          this.hellos.push(hello);
          await this.ready;
          return await this.answerHello(hello);
        },
        post: async (batch) => {
          this.batches += 1;
          for (const request of batch) {
            this.posted.push(request);
            this.take(request);
          }
          for (const { enough, resolve } of this.#waiting) if (enough()) resolve();
          await this.credit();
        },
        leave: () => {
          this.leaves += 1;
          return this.left();
        },
        reconnectNow: () => Promise.resolve(),
        setHidden: (isHidden) => {
          this.hidden.push(isHidden);
          return Promise.resolve();
        },
        networkChanged: (isOnline) => {
          this.network.push(isOnline);
          return Promise.resolve();
        },
        transcode: (serializer, notices) => {
          this.transcoded.push([serializer, notices.map(({ kind }) => kind)]);
          return this.transcode(notices);
        },
        inspect: () => {
          const [hello] = this.hellos;
          if (hello === undefined) return Promise.reject(new Error("No tab is attached"));
          return Promise.resolve({ incarnation: this.incarnation, sessions: [], tab: hello.tab });
        },
      },
      hubStream,
    );
  }

  /** Cuts the hub off, so that it no longer sends or receives. */
  kill(): void {
    this.#link?.close();
  }

  welcome(status: StatusRecord = online, differences: readonly string[] = []): AttachAnswer {
    const storage = { kind: "indexeddb" } as const;
    const { incarnation, serializer } = this;
    return {
      ok: true,
      hello: { contract: CONTRACT_VERSION, incarnation, status, storage, serializer, differences },
    };
  }

  /** Asks the application whether a reason is fatal. */
  async isFatal(reason: ErrorRecord): Promise<boolean | null | undefined> {
    return await this.#link?.remote.isFatal(reason);
  }

  /** Resolves when the page has dispatched the notices. */
  async deliver(...notices: readonly Notice[]): Promise<void> {
    const taken = this.#link?.remote.deliver(notices);
    // Seven empty batches, the lightest there are: with these, the page tells at once.
    for (let count = 1; count < 8; count += 1) void this.#link?.remote.deliver([]);
    await taken;
  }

  async ask(question: Question, id = 1): Promise<unknown> {
    return await this.#link?.remote.ask(question, id);
  }

  async dismiss(id = 1): Promise<void> {
    await this.#link?.remote.dismiss(id);
  }

  of<K extends Kind>(kind: K): Posted<K>[] {
    return this.posted.filter((request): request is Posted<K> => request.kind === kind);
  }

  /** Returns the `count`th request of this kind as soon as it has been posted. */
  async next<K extends Kind>(kind: K, count = 1): Promise<Posted<K>> {
    const enough = (): boolean => this.of(kind).length >= count;
    if (!enough()) await new Promise<void>((resolve) => this.#waiting.push({ enough, resolve }));
    const found = this.of(kind)[count - 1];
    if (found === undefined) throw new Error(`No ${kind} was posted`);
    return found;
  }

  answerDone(request: TabRequest): void {
    switch (request.kind) {
      case "subscribe":
      case "unsubscribe":
      case "register":
      case "unregister":
        void this.deliver({ kind: "done", request: request.request });
        break;
      case "judge":
        void this.deliver(judged(request));
        break;
      case "call":
      case "publish":
      case "outbox":
      case "outbox-entry":
      case "cancel":
      case "begun":
      case "yield":
      case "fail":
      case "logout":
      case "reauthenticate":
    }
  }
}

/** Returns the answer of a hub to the options of another `connect()`, all of which are valid. */
function judged({ request, stands, options }: Posted<"judge">): Notice {
  const [standing, asked] = [stands, options].map(({ auth }) => [auth].flat() as readonly AuthConfig[]);
  const [first] = standing ?? [];
  const secret = first && literalSecret(first);
  if (sameCredentials(standing ?? [], asked ?? [], () => secret))
    return { kind: "done", request, differences: optionDifferences(stands, options) };
  const message = "A session already exists with different credentials";
  const fields = { uri: "wamp.error.authentication_failed", details: {} };
  return { kind: "rejected", request, error: { name: "JoinError", message, fields } };
}

export function encoded(args: readonly unknown[], kwargs?: { readonly [key: string]: unknown }): Payload {
  return jsonSerializer.encodePayload(args, kwargs);
}

export function decoded(payload: Payload): readonly unknown[] {
  return jsonSerializer.decodePayload(payload).args;
}

export function resultNotice(request: RequestId, args: readonly unknown[], progress = false): Notice {
  return { kind: "result", request, progress, details: {}, payload: encoded(args) };
}

/** Returns a run of events with one argument each. */
export function eventRun(
  events: readonly { readonly target: SubscriptionHandle; readonly value: unknown }[],
): EventRun {
  return {
    kind: "events",
    targets: events.map(({ target }) => target),
    publications: Float64Array.from(events, (_event, index) => index + 1),
    details: [],
    payloads: jsonSerializer.join(events.map(({ value }) => encoded([value]))),
  };
}

export function invocationNotice(
  registration: RegistrationHandle,
  args: readonly unknown[],
  more: { readonly invocation?: number; readonly details?: { readonly [key: string]: unknown } } = {},
): InvocationNotice {
  return {
    kind: "invocation",
    invocation: (more.invocation ?? 1) as InvocationId,
    registration,
    details: more.details ?? {},
    payload: encoded(args),
  };
}
