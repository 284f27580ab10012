import type { Subscription } from "wamp-mux";
import type { DemoSession, Sample } from "../api.js";
import { Button } from "../page/button.js";
import { showProblem } from "../page/problem.js";
import { FeedFigures } from "./feed-figures.js";
import { FeedSender } from "./feed-sender.js";

/** Milliseconds without a sample after which a visible tab sends the feed itself. Timers of hidden tabs are slow. */
const SILENCE = 3_000;
/** Milliseconds between two checks for a silent feed. */
const WATCH = 1_000;

/** Shows the part of the page that draws the feed. */
export async function showFeed(session: DemoSession, name: string): Promise<void> {
  const figures = new FeedFigures(name);
  let subscription: Subscription | undefined;
  let heard = performance.now();

  const take = (sample: Sample): void => {
    heard = performance.now();
    figures.add(sample);
  };
  const subscribe = async (): Promise<void> => {
    heard = performance.now();
    subscription = await session.subscribe("com.example.feed.wind", ({ args: [sample] }) => take(sample));
  };
  const unsubscribe = async (): Promise<void> => {
    await subscription?.unsubscribe();
    subscription = undefined;
  };

  const sender = new FeedSender(session, name, (sending) => {
    send.enabled = !sending;
  });
  const takeOver = (): void => {
    heard = performance.now();
    sender.takeOver().catch(showProblem);
  };
  const send = new Button("feed-send", takeOver);
  const pause = new Button("feed-pause", () => {
    pause.enabled = false;
    const change = subscription === undefined ? subscribe() : unsubscribe();
    void change.catch(showProblem).finally(() => {
      pause.label = subscription === undefined ? "Resume" : "Pause here";
      pause.enabled = true;
    });
  });

  session.on("status", () => {
    heard = performance.now();
  });
  setInterval(() => {
    const silent = performance.now() - heard > SILENCE;
    const listens = subscription !== undefined && session.status.state === "online";
    if (silent && listens && document.visibilityState === "visible") takeOver();
  }, WATCH);

  await subscribe();
  send.enabled = true;
  pause.enabled = true;
  await sender.begin();
}
