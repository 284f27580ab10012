// Drives two pages of an application of a framework: in each, two components connect, listen to the same topic, and come and go.
import { strict as assert } from "node:assert";
import { expect } from "@playwright/test";
import { startInstalledRouter } from "./install.mjs";

/**
 * @typedef {import("wamp-mux/router").DevRouter} DevRouter
 * @typedef {import("@playwright/test").Page} Page
 */

/**
 * Opens pages of a consumer in one browser; none of them may have complained in the end.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} folder of the consumer, whose router is started
 * @param {(router: DevRouter, open: (url: string) => Promise<Page>) => Promise<void>} use
 * `open` passes the router to the page
 */
export async function withPages(browser, folder, use) {
  const router = await startInstalledRouter(folder);
  const context = await browser.newContext();
  /** @type {string[]} */
  const complaints = [];
  context.on("weberror", (error) => complaints.push(String(error.error().stack)));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  try {
    await use(router, async (url) => {
      const page = await context.newPage();
      await page.goto(`${url}?${new URLSearchParams({ router: router.url }).toString()}`);
      return page;
    });
    assert.deepEqual(complaints, []);
  } catch (error) {
    if (complaints.length > 0) console.error(`messages of the browser:\n${complaints.join("\n")}`);
    throw error;
  } finally {
    await context.close();
    await router.stop();
  }
}

/**
 * Lets the components of two pages greet each other, and go until none is left.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} folder of the consumer
 * @param {string} url of its page
 */
export const greetAndGo = (browser, folder, url) =>
  withPages(browser, folder, async (router, open) => {
    const [one, other] = [await open(url), await open(url)];
    for (const page of [one, other]) await Promise.all([listens(page, "Ada"), listens(page, "Bob")]);
    assert.equal(router.counts.hellos, 1);

    await press(one, "Ada", "Greet");
    await hears(other, "Ada", ["Ada hears Ada"]);
    await hears(other, "Bob", ["Bob hears Ada"]);
    await press(one, "Bob", "Count");
    await expect(panel(one, "Bob").getByText("1 session")).toBeVisible();

    // One component of a page goes, the other keeps what it has, and still works in both directions.
    await toggle(other, "Bob");
    await expect(panel(other, "Bob")).toHaveCount(0);
    await press(one, "Bob", "Greet");
    await hears(other, "Ada", ["Ada hears Ada", "Ada hears Bob"]);
    await press(other, "Ada", "Greet");
    await hears(one, "Ada", ["Ada hears Ada"]);
    await hears(one, "Bob", ["Bob hears Ada"]);

    // It comes back, with an empty list and one subscription.
    await toggle(other, "Bob");
    await listens(other, "Bob");
    await press(one, "Ada", "Greet");
    await hears(other, "Bob", ["Bob hears Ada"]);
    await hears(other, "Ada", ["Ada hears Ada", "Ada hears Bob", "Ada hears Ada"]);

    // A page whose components are all gone has left; the other has not.
    for (const name of ["Ada", "Bob"]) await toggle(one, name);
    await press(other, "Ada", "Count");
    await expect(panel(other, "Ada").getByText("1 session")).toBeVisible();
    assert.equal(router.counts.received.GOODBYE, 0);
    for (const name of ["Ada", "Bob"]) await toggle(other, name);
    await expect
      .poll(() => [router.counts.received.GOODBYE, router.sessions(), router.counts.open])
      .toEqual([1, [], 0]);

    await toggle(one, "Ada");
    await toggle(other, "Bob");
    await Promise.all([listens(one, "Ada"), listens(other, "Bob")]);
    await press(other, "Bob", "Greet");
    await hears(one, "Ada", ["Ada hears Bob"]);
    assert.equal(router.counts.hellos, 2);
    assert.equal(router.sessions().length, 1);

    // One that goes before it has connected or subscribed disturbs nothing.
    await toggleInEachTask(one, "Bob", 7);
    await listens(one, "Bob");
    await press(other, "Bob", "Greet");
    await hears(one, "Bob", ["Bob hears Bob"]);
    await hears(one, "Ada", ["Ada hears Bob", "Ada hears Bob"]);
  });

/**
 * @param {Page} page
 * @param {string} name
 */
const panel = (page, name) => page.getByRole("region", { name });

/**
 * @param {Page} page
 * @param {string} name
 */
async function listens(page, name) {
  await expect(panel(page, name).locator("output")).toHaveText("online");
  await expect(panel(page, name).locator("ul")).toHaveAttribute("aria-busy", "false");
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {string[]} greetings all that the component has heard
 */
const hears = (page, name, greetings) => expect(panel(page, name).locator("li")).toHaveText(greetings);

/**
 * @param {Page} page
 * @param {string} name
 * @param {string} button
 */
const press = (page, name, button) => click(panel(page, name).getByRole("button", { name: button }));

/**
 * Shows or removes a component.
 *
 * @param {Page} page
 * @param {string} name
 */
const toggle = (page, name) => click(page.getByRole("checkbox", { name }));

/**
 * Clicks without Playwright's wait for a stable element, which takes two frames: a page behind another draws one in a second.
 *
 * @param {import("@playwright/test").Locator} element
 */
const click = (element) => element.dispatchEvent("click");

/**
 * @param {Page} page
 * @param {string} name
 * @param {number} times
 */
const toggleInEachTask = (page, name, times) =>
  page.getByRole("checkbox", { name }).evaluate(async (/** @type {HTMLInputElement} */ box, count) => {
    for (let i = 0; i < count; i++) {
      box.click();
      // Lets the framework draw.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }, times);
