// The claims of the benchmark, and the bounds that the medians must keep.
import { faster, later, less, limits, slower } from "./comparisons.mjs";

/**
 * @typedef {object} Gate
 * @property {string} work
 * @property {string} claim
 * @property {string} metric
 * @property {import("./bundles.mjs").Candidate} [against] the peer; without one the metric itself is judged
 * @property {string} [cannot] the peers that have no such thing
 * @property {"ours/theirs" | "theirs/ours" | "ours-theirs"} [relation] between the metrics of both
 * @property {"at most" | "at least" | "exactly"} bound
 * @property {number} [gate]
 * @property {number} [stretch]
 * @property {"×" | "ms" | "/s" | "B" | "%" | ""} unit of what is judged
 */

/** @type {readonly Gate[]} */
export const gates = [
  ...size("client with comlink and JSON", "client", 14_500, 13_000),
  ...size("its MessagePack chunk", "chunk", 7500, 7000),
  ...size("worker.js", "worker", 31_000, 29_000),
  ...size("worker of a session that uses MessagePack", "msgpackWorker"),
  {
    work: "rpc-sequential",
    claim: "1 tab, one call after the other: mean time",
    metric: "mean",
    ...slower("relay", 1.45, 1.25),
  },
  {
    work: "rpc-sequential",
    claim: "1 tab, one call after the other: mean time",
    metric: "mean",
    ...slower("autobahn"),
  },
  {
    work: "rpc-pipelined",
    claim: "1 tab, 64 calls in flight: calls/s",
    metric: "callsPerSecond",
    ...faster("relay", 0.97, 1.05),
  },
  {
    work: "rpc-pipelined",
    claim: "1 tab, 64 calls in flight: calls/s",
    metric: "callsPerSecond",
    ...faster("autobahn"),
  },
  ...burst("burst-small", "1 tab, 100,000 small events: events/s", { raw: [0.95, 1.05], autobahn: [] }),
  ...burst("burst-1k", "1 tab, 20,000 events of 1 KiB: events/s", { autobahn: [0.85, 1] }),
  ...burst("burst-64k-binary", "1 tab, 2,000 binary events of 64 KiB: events/s", {
    autobahn: [0.9, 1],
    wampy: [0.9, 1],
  }),
  ...burst("tabs-10", "10 tabs, 20,000 small events: deliveries/s", { autobahn: [6, 7.5] }),
  {
    work: "tabs-10",
    claim: "10 tabs: browser CPU, times less",
    metric: "browserCpu",
    ...less("autobahn", 6.5, 7.5),
  },
  ...wire("tabs-10", "10 tabs"),
  ...burst("tabs-25", "25 tabs, 20,000 small events: deliveries/s", { autobahn: [10, 13] }),
  {
    work: "tabs-25",
    claim: "25 tabs: browser CPU, times less",
    metric: "browserCpu",
    ...less("autobahn", 10.5, 13),
  },
  ...wire("tabs-25", "25 tabs"),
  ...batches("batches-1", "1 tab, 100,000 small events in batches", { faster: 1.5, cpu: 0.25 }),
  ...batches("batches-25", "25 tabs, 20,000 small events in batches", { faster: 1.2, cpu: 0.9 }),
  {
    work: "steady",
    claim: "10 tabs, 9 hidden, 200 events/s for 20 s: browser CPU",
    metric: "browserCpu",
    ...slower("autobahn", 0.4, 0.25),
  },
  {
    work: "steady",
    claim: "the same: median delay in the visible tab, beyond theirs",
    metric: "delay",
    ...later("autobahn", 1, 0.5),
  },
  {
    work: "crossbar-25",
    claim: "Crossbar.io, 25 tabs, 2,000 events: router CPU, times less",
    metric: "routerCpu",
    ...less("autobahn", 8, 10),
  },
  {
    work: "crossbar-25",
    claim: "Crossbar.io, 25 tabs, 2,000 events: wall time, times faster",
    metric: "seconds",
    ...less("autobahn", 5, 8),
  },
  {
    work: "flood",
    claim: "a call of tab B while tab A publishes 50,000: 95th percentile",
    metric: "p95",
    bound: "at most",
    gate: 100,
    unit: "ms",
  },
  {
    work: "flood",
    claim: "the same, against an idle tab A",
    metric: "timesIdle",
    bound: "at most",
    stretch: 3,
    unit: "×",
  },
  {
    work: "reconnect-10",
    claim: "10 tabs back on a session",
    metric: "milliseconds",
    ...slower("autobahn", 0.25, 0.15),
  },
  {
    work: "restart-10",
    claim: "router killed and started: until 10 tabs get events again",
    metric: "milliseconds",
    ...slower("autobahn"),
  },
  recovery("half-open", "half-open connection, probes after 200 ms: found", "found", "ms"),
  recovery("half-open", "the same: from then on until events arrive again", "milliseconds", "ms"),
  recovery("catch-up-1000", "1,000 missed events: from WELCOME to the last one", "milliseconds", "ms"),
  recovery("outbox-1000", "outbox of 1,000 publications: acknowledged per second", "entriesPerSecond", "/s"),
  recovery("outbox-1000-far", "the same, 50 ms to the router and back", "entriesPerSecond", "/s"),
  {
    work: "worker-heap",
    claim: "50 pages that came and went: entries left in the tables",
    metric: "tablesLeft",
    bound: "exactly",
    gate: 0,
    unit: "",
  },
  {
    work: "worker-heap",
    claim: "50 pages that came and went: growth of the worker's heap",
    metric: "heapGrowth",
    bound: "at most",
    gate: 0.05,
    unit: "%",
  },
  {
    work: "idle-memory-25",
    claim: "25 idle tabs: memory above blank pages",
    metric: "aboveBlank",
    ...slower("autobahn", 0.68, 0.55),
  },
  {
    work: "idle-memory-25",
    claim: "25 idle tabs: memory above blank pages",
    metric: "aboveBlank",
    ...slower("wampy", 1.5, 1.2),
  },
  {
    work: "idle-memory-25",
    claim: "25 idle tabs: memory above blank pages",
    metric: "aboveBlank",
    ...slower("relay"),
  },
  ...["autobahn", "wampy", "relay"].map((peer) => ({
    work: "idle-memory-25",
    claim: "the same: memory of one page's process",
    metric: "pageAboveBlank",
    ...slower(/** @type {import("./bundles.mjs").Candidate} */ (peer)),
  })),
];

/** The same claims without bounds, judged against an earlier version of this package. @type {readonly Gate[]} */
export const comparisons = gates
  .filter(({ metric, bound }) => bound !== "exactly" && metric !== "timesIdle")
  .filter(({ work, metric }, index, all) => {
    const first = all.findIndex((gate) => gate.work === work && gate.metric === metric);
    return first === index;
  })
  .map(({ work, claim, metric, bound }) => ({
    work,
    claim,
    metric,
    bound,
    against: "before",
    relation: "ours/theirs",
    unit: "×",
  }));

/**
 * @param {string} work
 * @param {string} claim
 * @param {Partial<Record<import("./bundles.mjs").Candidate, readonly [gate?: number, stretch?: number]>>} peers
 * @returns {Gate[]}
 */
function burst(work, claim, peers) {
  return Object.entries(peers).map(([peer, [gate, stretch]]) => ({
    work,
    claim,
    metric: "deliveriesPerSecond",
    ...faster(/** @type {import("./bundles.mjs").Candidate} */ (peer), gate, stretch),
  }));
}

/**
 * @param {string} work
 * @param {string} claim
 * @param {{ readonly faster: number, readonly cpu: number }} bounds of the ratios to plain frames
 * @returns {Gate[]}
 */
function batches(work, claim, bounds) {
  return [
    {
      work,
      claim: `${claim}: deliveries/s`,
      metric: "deliveriesPerSecond",
      ...faster("plain", bounds.faster),
    },
    { work, claim: `${claim}: browser CPU`, metric: "browserCpu", ...slower("plain", bounds.cpu) },
    { work, claim: `${claim}: router CPU`, metric: "routerCpu", ...slower("plain") },
  ];
}

/**
 * Reports what no peer can do.
 *
 * @param {string} work
 * @param {string} claim
 * @param {string} metric
 * @param {"ms" | "/s"} unit
 * @returns {Gate}
 */
function recovery(work, claim, metric, unit) {
  const bound = unit === "ms" ? "at most" : "at least";
  return { work, claim, metric, cannot: "autobahn, wampy: cannot", bound, unit };
}

/**
 * @param {string} work
 * @param {string} tabs
 * @returns {Gate[]}
 */
function wire(work, tabs) {
  return [
    { work, claim: `${tabs}: connections`, metric: "connections", bound: "exactly", gate: 1, unit: "" },
    {
      work,
      claim: `${tabs}: EVENT messages for each event`,
      metric: "framesPerEvent",
      bound: "exactly",
      gate: 1,
      unit: "",
    },
  ];
}

/**
 * @param {string} what
 * @param {string} metric
 * @param {number} [gate]
 * @param {number} [stretch]
 * @returns {Gate[]}
 */
function size(what, metric, gate, stretch) {
  const claim = `size, minified + gzip: ${what}`;
  return [{ work: "size", claim, metric, bound: "at most", ...limits(gate, stretch), unit: "B" }];
}
