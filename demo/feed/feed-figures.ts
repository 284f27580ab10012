import type { Sample } from "../api.js";
import { byId, colour, make, say } from "../page/dom.js";
import { LivePlot } from "../plot/live-plot.js";
import { RecentValues } from "../plot/recent-values.js";

/** Seconds: a line across a longer gap would show values that were never measured. */
const LONGEST_STEP = 2;
/** Metres per second that the plot's scale reaches at least. */
const USUAL_SPEED = 12;

/** The wind of the last minute, as a line and as numbers. */
export class FeedFigures {
  readonly #name: string;
  readonly #recent = new RecentValues(1, LONGEST_STEP);
  readonly #figure = byId("feed-figure", HTMLElement);
  readonly #plot = new LivePlot(byId("feed-plot", HTMLElement), [{ colour: "--solid" }], USUAL_SPEED);
  readonly #sender = byId("feed-sender", HTMLElement);
  #from: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  add({ from, speed }: Sample): void {
    if (from !== this.#from) this.#showSender(from);
    this.#recent.add(performance.now(), [speed]);
    this.#plot.draw(this.#recent.columns());
    const { lowest, highest } = this.#recent.range(0);
    for (const [id, value] of [
      ["feed-now", speed],
      ["feed-lowest", lowest],
      ["feed-highest", highest],
    ] as const) {
      say(byId(id, HTMLElement), value.toFixed(1));
    }
  }

  /** Names the sending tab, and gives the line its colour. */
  #showSender(from: string): void {
    this.#from = from;
    colour(this.#figure, from);
    const who = make("strong", "who", from);
    this.#sender.replaceChildren("Sent by ", who, from === this.#name ? ", this tab" : "");
  }
}
