// A page or worker of the browser, seen through the DevTools protocol.

/** @typedef {import("./devtools.mjs").Dict} Dict */

export class Target {
  #devTools;
  #id;
  #session;

  /**
   * @param {import("./devtools.mjs").DevTools} devTools
   * @param {string} id
   * @param {string} session
   */
  constructor(devTools, id, session) {
    this.#devTools = devTools;
    this.#id = id;
    this.#session = session;
  }

  /**
   * @param {import("./devtools.mjs").DevTools} devTools
   * @param {string} id
   */
  static async attach(devTools, id) {
    const { sessionId } = await devTools.send("Target.attachToTarget", { targetId: id, flatten: true });
    return new Target(devTools, id, sessionId);
  }

  /**
   * @param {string} method
   * @param {Dict} [params]
   */
  send(method, params) {
    return this.#devTools.send(method, params, this.#session);
  }

  /** @param {string} url */
  async navigate(url) {
    await this.send("Page.enable");
    const loaded = this.#devTools.once("Page.loadEventFired", this.#session);
    await this.send("Page.navigate", { url });
    await loaded;
    await this.send("Page.disable");
  }

  /**
   * Calls a function of the page's `bench` and resolves with its result.
   *
   * @param {string} name
   * @param {unknown} [options] plain data
   * @returns {Promise<any>}
   */
  async call(name, options = {}) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression: `bench.${name}(${JSON.stringify(options)})`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails === undefined) return result.value;
    const why = exceptionDetails.exception?.description ?? exceptionDetails.text;
    throw new Error(`bench.${name}: ${why}`);
  }

  async collectGarbage() {
    // The first pass makes more objects collectable, hence the second.
    for (let times = 0; times < 2; times++) await this.send("HeapProfiler.collectGarbage");
  }

  /** Bytes of the JavaScript heap in use. */
  async heap() {
    const { usedSize } = await this.send("Runtime.getHeapUsage");
    return /** @type {number} */ (usedSize);
  }

  async startProfile() {
    await this.send("Profiler.enable");
    await this.send("Profiler.setSamplingInterval", { interval: 200 });
    await this.send("Profiler.start");
  }

  async stopProfile() {
    const { profile } = await this.send("Profiler.stop");
    await this.send("Profiler.disable");
    return /** @type {import("./profile.mjs").CpuProfile} */ (profile);
  }

  async close() {
    await this.#devTools.send("Target.closeTarget", { targetId: this.#id });
  }
}
