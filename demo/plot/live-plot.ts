import uPlot from "uplot";
import { SPAN } from "./recent-values.js";

export interface Line {
  /** The custom property in the style sheet with the colour of the line. */
  readonly colour: `--${string}`;
  /** Lengths of dashes and gaps, so that lines differ in more than their colour. */
  readonly dash?: number[];
}

/** Seconds before now with a label. */
const TICKS = [-60, -45, -30, -15, 0];

/** Draws the last minute. The page must also show the values as text, since a screen reader sees only a picture. */
export class LivePlot {
  readonly #plot: uPlot;

  /** @param usual value that the scale reaches at least */
  constructor(host: HTMLElement, lines: readonly Line[], usual: number) {
    // The colours are read at each drawing, since they follow the colour scheme.
    const colour = (name: string) => () => getComputedStyle(host).getPropertyValue(name);
    const grid = { stroke: colour("--line"), width: 1 };
    const axis = {
      stroke: colour("--muted"),
      grid,
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
    };
    this.#plot = new uPlot(
      {
        ...sizeOf(host),
        padding: [8, 14, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [-SPAN, 0] },
          y: { range: (_plot, _lowest, highest) => [0, Math.max(usual, highest * 1.1)] },
        },
        axes: [
          {
            ...axis,
            size: 26,
            gap: 4,
            splits: TICKS,
            values: (_plot, seconds) => seconds.map((second) => (second === 0 ? "now" : `−${-second} s`)),
          },
          { ...axis, size: 34, gap: 6, space: 36 },
        ],
        series: [
          {},
          ...lines.map(({ colour: name, dash }) => ({
            stroke: colour(name),
            width: 2,
            points: { show: false },
            ...(dash !== undefined && { dash }),
          })),
        ],
      },
      [[], ...lines.map(() => [])],
      host,
    );
    new ResizeObserver(() => this.#plot.setSize(sizeOf(host))).observe(host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#plot.redraw());
  }

  draw(columns: [ages: number[], ...values: (number | null)[][]]): void {
    this.#plot.setData(columns);
  }
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}
