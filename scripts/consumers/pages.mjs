// Opens two pages of a consumer in one browser, and checks the result that they show and the session that they share.
import { strict as assert } from "node:assert";
import { startInstalledRouter } from "./install.mjs";

/** WAMP sessions of one worker: one for each serializer of the page. */
const SESSIONS_OF_WORKER = 2;

/**
 * @typedef {object} Visit
 * @property {string} folder of the consumer, whose router is started
 * @property {string} offering URL of the page that offers the procedure
 * @property {string} [calling] URL of the page that calls it, by default the same
 * @property {string} [worker] the `workerUrl` that both pass to `connect()`
 */

/**
 * Opens a page that offers a procedure and one that calls it.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {Visit} visit
 * @returns {Promise<{ sessions: number, workerUrls: string[] }>} workers whose sessions the router has seen, and the `workerUrl` of each page's status
 */
export async function visit(browser, { folder, offering, calling = offering, worker }) {
  const router = await startInstalledRouter(folder);
  const context = await browser.newContext();
  /** @type {string[]} */
  const complaints = [];
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  const parameters = { router: router.url, ...(worker === undefined ? {} : { worker }) };
  try {
    const offered = await open(context, `${offering}?${query({ ...parameters, offer: "page one" })}`);
    const called = await open(context, `${calling}?${query(parameters)}`);
    assert.equal(called.answer, "page one greets you");
    assert.deepEqual(complaints, []);
    return {
      sessions: router.counts.hellos / SESSIONS_OF_WORKER,
      workerUrls: [offered.workerUrl, called.workerUrl],
    };
  } catch (error) {
    if (complaints.length > 0) console.error(`messages of the browser:\n${complaints.join("\n")}`);
    throw error;
  } finally {
    await context.close();
    await router.stop();
  }
}

/**
 * Opens two pages that must share a session through one worker, and one whose worker does not start, which must tell the cause: every
 * bundler has to find the file that determines it.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {Visit & { script: RegExp }} visit `script` matches the path of the worker's script
 */
export async function share(browser, { script, ...pages }) {
  const { sessions, workerUrls } = await visit(browser, pages);
  const [one, other] = workerUrls;
  assert.equal(one, other);
  const { origin, pathname } = new URL(one ?? "");
  assert.equal(origin, new URL(pages.offering).origin);
  assert.match(pathname, script);
  assert.equal(sessions, 1);
  await assert.rejects(
    openWithoutWorker(browser, pages.offering),
    /missing\.js did not start: (the server answers with status 404|its content type is "text\/html)/,
  );
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 */
async function openWithoutWorker(browser, url) {
  const context = await browser.newContext();
  try {
    await open(context, `${url}?${query({ router: "ws://127.0.0.1:9/", worker: "/missing.js" })}`);
  } finally {
    await context.close();
  }
}

/** @param {Record<string, string>} parameters */
const query = (parameters) => new URLSearchParams(parameters).toString();

/**
 * @param {import("@playwright/test").BrowserContext} context
 * @param {string} url
 * @returns {Promise<{ workerUrl: string, answer?: unknown }>} the result that the page shows
 */
async function open(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  // A development server builds the page when it is opened.
  const text = await page.locator("output").filter({ hasText: "{" }).textContent({ timeout: 60_000 });
  const shown = /** @type {{ workerUrl: string, answer?: unknown, error?: string }} */ (
    JSON.parse(text ?? "")
  );
  if (shown.error !== undefined) throw new Error(`the page shows ${shown.error}`);
  return shown;
}
