// The tools for one measurement of one candidate: pages in a context of their own, the router, and meters.
import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds, machineTimes } from "./machine.mjs";

/**
 * @typedef {import("./bundles.mjs").Candidate} Candidate
 * @typedef {import("./target.mjs").Target} Target
 *
 * @typedef {object} Site the router of a work, with its process and its meter
 * @property {string} url
 * @property {import("./router/process.mjs").RouterProcess} process runs the development router, or only the peer of the pages
 * @property {() => number} cpu seconds that the router has used
 * @property {boolean} isDev
 *
 * @typedef {object} Cost of a measurement, in seconds of CPU
 * @property {Record<string, number>} browser by kind of process
 * @property {number} router
 * @property {number} steal taken by the hypervisor
 * @property {number} foreign used by processes outside of the benchmark
 *
 * @typedef {Record<string, number>} Metrics
 *
 * @typedef {Partial<import("./pages/page.js").JoinOptions>} OpenOptions `url` is that of the router, and the serializer JSON, by default
 */

/** Milliseconds within which a router must notice that pages are gone. */
const LEAVE_TIME = 15_000;
/** Sessions that stay at the router: that of the peer. */
const PEERS = 1;

let topics = 0;

export class Lab {
  /** @readonly */
  candidate;
  /** @readonly */
  chromium;
  /** @readonly */
  site;
  /** The cost of the last measurement. @type {Cost | undefined} */
  cost;
  /** A topic that no other measurement uses. @readonly */
  topic = `bench.topic.n${++topics}`;
  #pagesUrl;
  #context;
  #profiler;

  /**
   * @param {object} parts
   * @param {Candidate} parts.candidate
   * @param {import("./chromium.mjs").Chromium} parts.chromium
   * @param {import("./chromium.mjs").Context} parts.context
   * @param {Site} parts.site
   * @param {string} parts.pagesUrl
   * @param {import("./profile.mjs").Profiler | undefined} parts.profiler
   */
  constructor({ candidate, chromium, context, site, pagesUrl, profiler }) {
    this.candidate = candidate;
    this.chromium = chromium;
    this.site = site;
    this.#context = context;
    this.#pagesUrl = pagesUrl;
    this.#profiler = profiler;
  }

  get isOurs() {
    return this.candidate === "wamp-mux" || this.candidate === "before" || this.candidate === "plain";
  }

  /**
   * Opens pages of the candidate and makes each join.
   *
   * @param {number} count
   * @param {OpenOptions} [options]
   */
  async open(count, options) {
    /** @type {Target[]} */
    const pages = [];
    while (pages.length < count) pages.push(await this.openOne(options));
    return pages;
  }

  /** @param {OpenOptions} [options] */
  async openOne(options) {
    const folder = this.candidate === "plain" ? "wamp-mux" : this.candidate;
    const page = await this.#context.openPage(`${this.#pagesUrl}${folder}/`);
    if (this.candidate !== "blank")
      await page.call("join", { url: this.site.url, serializer: "json", ...options });
    return page;
  }

  worker() {
    return this.#context.worker();
  }

  /**
   * Runs a measurement and meters it: sets {@link cost}, and adds `browserCpu` and `routerCpu` to the metrics.
   *
   * @param {readonly Target[]} pages
   * @param {() => Promise<Metrics>} run
   * @returns {Promise<Metrics>}
   */
  async metered(pages, run) {
    const before = await this.#meters();
    const profiling = await this.#profiler?.start(pages[0], await this.worker());
    const metrics = await run();
    await profiling?.stop();
    const after = await this.#meters();

    /** @type {Record<string, number>} */
    const browser = {};
    let browserCpu = 0;
    for (const [pid, { kind, seconds }] of after.browser) {
      const spent = seconds - (before.browser.get(pid)?.seconds ?? 0);
      browser[kind] = (browser[kind] ?? 0) + spent;
      browserCpu += spent;
    }
    const router = after.router - before.router;
    const beside = this.site.isDev ? 0 : after.peer - before.peer;
    const foreign = after.busy - before.busy - browserCpu - router - beside - (after.self - before.self);
    this.cost = { browser, router, steal: after.steal - before.steal, foreign: Math.max(0, foreign) };
    return { ...metrics, browserCpu, routerCpu: router };
  }

  async #meters() {
    return {
      browser: await this.chromium.cpu(),
      router: this.site.cpu(),
      peer: this.site.process.cpu,
      self: cpuSeconds([process.pid]),
      ...machineTimes(),
    };
  }

  /** Closes the pages and waits until the router has noticed. */
  async close() {
    await this.#context.close();
    if (!this.site.isDev) return;
    const deadline = Date.now() + LEAVE_TIME;
    while ((await this.site.process.call("counts")).open > PEERS) {
      if (Date.now() > deadline) throw new Error("the pages are closed, but their connections are not");
      await sleep(20);
    }
  }
}
