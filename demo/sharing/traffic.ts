import { byId, say } from "../page/dom.js";
import { LivePlot } from "../plot/live-plot.js";
import { RecentValues } from "../plot/recent-values.js";
import { WireRate } from "./wire-rate.js";
import type { WireCounts } from "./wire-rate.js";

/** Seconds: a line across a longer gap would show values that were never counted. */
const LONGEST_STEP = 4;
/** Messages per second that the plot's scale reaches at least. */
const USUAL_RATE = 10;

/** Shows the messages over the one WebSocket, as lines and as numbers. */
export class Traffic {
  readonly #rate = new WireRate();
  readonly #recent = new RecentValues(2, LONGEST_STEP);
  readonly #plot = new LivePlot(
    byId("wire-plot", HTMLElement),
    [{ colour: "--solid" }, { colour: "--muted", dash: [6, 6] }],
    USUAL_RATE,
  );

  add(counts: WireCounts): void {
    const now = performance.now();
    const rate = this.#rate.add(now, counts);
    if (rate === undefined) return;
    const { sent, received } = rate;
    this.#recent.add(now, [sent, received]);
    this.#plot.draw(this.#recent.columns());
    say(byId("wire-sent", HTMLElement), String(Math.round(sent)));
    say(byId("wire-received", HTMLElement), String(Math.round(received)));
  }
}
