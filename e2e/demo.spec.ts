import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { browserUnderTest } from "./browser-name.js";
import { serveDemo } from "../scripts/demo/serve.mjs";
import { expect, test } from "./support/demo.js";

/** Returns what the accessibility checker finds: in Chromium alone, since it reads the same markup and styles in each browser, for seconds. */
async function violations(page: Page, ...without: string[]) {
  if (browserUnderTest !== "chromium") return [];
  return (await new AxeBuilder({ page }).disableRules(without).analyze()).violations;
}

/** Millions of darts: more than a test ever waits for. */
const ENDLESS = 100_000;

test("the first sentence explains the page and the next step", async ({ openTab }) => {
  const { page } = await openTab();

  await expect(page.getByText("All tabs of this page share one WAMP session")).toContainText(
    "open a second tab",
  );
  await expect(page.getByRole("link", { name: "Open a second tab" })).toHaveAttribute("target", "_blank");
});

test("both tabs draw the feed, and the other one sends it when the sender is closed", async ({ openTab }) => {
  const first = await openTab();
  const second = await openTab();

  await expect(first.feed).toContainText(`Sent by ${first.name}, this tab`);
  await expect(second.feed).toContainText(`Sent by ${first.name}`);
  await first.feedGoesOn();
  await second.feedGoesOn();

  await first.page.close();

  await expect(second.feed).toContainText(`Sent by ${second.name}, this tab`);
  await second.feedGoesOn();
});

test("a tab takes over the feed on request", async ({ openTab }) => {
  const first = await openTab();
  const second = await openTab();
  await expect(second.feed).toContainText(`Sent by ${first.name}`);

  await second.button("Send it from this tab").click();

  await expect(first.feed).toContainText(`Sent by ${second.name}`);
  await expect(second.feed).toContainText(`Sent by ${second.name}, this tab`);
  await expect(second.button("Send it from this tab")).toBeDisabled();
  await expect(first.button("Send it from this tab")).toBeEnabled();
});

test("a tab that pauses the feed unsubscribes from the topic, and the others stay subscribed", async ({
  openTab,
}) => {
  const first = await openTab();
  const second = await openTab();
  await expect(first.row("com.example.feed.wind")).toContainText("2 tabs");

  await first.button("Pause here").click();

  await expect(second.row("com.example.feed.wind")).toContainText("1 tab");
  await second.feedGoesOn();
  await first.button("Resume").click();
  await expect(second.row("com.example.feed.wind")).toContainText("2 tabs");
  await first.feedGoesOn();
});

test("a message reaches the other tab, and its sender only on request", async ({ openTab }) => {
  const first = await openTab();
  const second = await openTab();

  await first.write("for the others");

  await expect(second.chat.getByText("for the others")).toBeVisible();
  await expect(second.chat).toContainText(first.name);
  await expect(second.figure(second.chat, "from others")).toHaveText("1");

  await first.page.getByLabel("Also to this tab").check();
  await first.write("for all tabs");

  // Events arrive in order: an echo of the first message would be here by now.
  await expect(first.figure(first.chat, "came back")).toHaveText("1");
  await expect(first.chat.getByText("for the others")).toHaveCount(1);
  await expect(first.chat.getByText("for all tabs")).toHaveCount(2);
  await expect(first.figure(first.chat, "sent")).toHaveText("2");
  await expect(second.figure(second.chat, "from others")).toHaveText("2");
});

test("another tab does the job, with progress and a result", async ({ openTab }) => {
  const asking = await openTab();
  const working = await openTab();
  await asking.takeNoJobs();

  await asking.ask(50);

  await expect(asking.job).toContainText(`${working.name} has done it.`);
  await expect(asking.job).toContainText(/π ≈ 3\.14\d+ after 100 %/);
  expect(await asking.progress()).toBe(1);
  await expect(working.job).toContainText(`Done, for ${asking.name}.`);
});

test("a job that is cancelled stops in the tab that does it", async ({ openTab }) => {
  const asking = await openTab();
  const working = await openTab();
  await asking.takeNoJobs();
  await asking.ask(ENDLESS);
  await expect(asking.job).toContainText(`${working.name} works on it.`);
  await expect(working.job).toContainText(`Works for ${asking.name}.`);
  await expect.poll(() => asking.progress()).toBeGreaterThan(0);

  await asking.button("Cancel").click();

  await expect(asking.job).toContainText("Cancelled.");
  await expect(working.job).toContainText(`Stopped: ${asking.name} does not wait for it any more.`);
  await expect(asking.button("Start")).toBeEnabled();
});

test("closing the working tab is reported, and another tab does the job when it is started again", async ({
  openTab,
}) => {
  const asking = await openTab();
  const working = await openTab();
  await asking.takeNoJobs();
  await asking.ask(ENDLESS);
  await expect(asking.job).toContainText(`${working.name} works on it.`);

  await working.page.close();

  await expect(asking.job).toContainText(`${working.name} is gone, and its work with it.`);
  await asking.ask(1);
  await expect(asking.job).toContainText("No tab takes jobs.");
  const another = await openTab();
  await asking.ask(1);
  await expect(asking.job).toContainText(`${another.name} has done it.`);
});

test("the panel shows two tabs with one session, and the subscriptions and registrations they share", async ({
  openTab,
}) => {
  const first = await openTab();
  const second = await openTab();

  for (const tab of [first, second]) {
    await expect(tab.sharing.getByRole("heading", { name: "2 tabs" })).toBeVisible();
    const items = tab.sharing.getByRole("listitem");
    await expect(items).toHaveCount(2);
    await expect(items.filter({ hasText: "this tab" })).toContainText(tab.name);
    await expect(items.filter({ hasText: first.name })).toHaveCount(1);
    await expect(items.filter({ hasText: second.name })).toHaveCount(1);
    await expect(tab.row("com.example.chat")).toContainText("2 tabs");
    await expect(tab.row("com.example.job.pi")).toContainText("2 tabs");
    await expect(tab.row("com.example.feed.hand_over")).toContainText("1 tab");
    await expect(tab.figure(tab.sharing, "sent")).toHaveText(/^[1-9]\d*$/);
    await expect(tab.figure(tab.sharing, "received")).toHaveText(/^[1-9]\d*$/);
  }
  const sessions = [first, second].map((tab) => tab.page.locator("#session-id").innerText());
  const [session, same] = await Promise.all(sessions);
  expect(session).toMatch(/^\d+$/);
  expect(same).toBe(session);
});

test("after a cut both tabs wait, and everything comes back", async ({ demo, openTab }) => {
  const first = await openTab();
  const second = await openTab();
  const session = await first.page.locator("#session-id").innerText();

  await first.button("Cut the connection").click();

  for (const tab of [first, second]) {
    await expect(tab.connection).toContainText("Not connected");
    await expect(tab.connection).toContainText(/Attempt \d+ in \d+ s/);
  }
  demo.restore();
  // A click would wait for the button, which is out of use if the session has come back on its own meanwhile.
  await second.button("Try now").press("Enter");
  for (const tab of [first, second]) {
    await expect(tab.connection).toContainText("Online");
    await tab.feedGoesOn();
    await expect(tab.row("com.example.chat")).toContainText("2 tabs");
    await expect(tab.row("com.example.job.pi")).toContainText("2 tabs");
    await expect(tab.page.locator("#session-id")).not.toHaveText(session);
  }
  await first.write("here again");
  await expect(second.chat.getByText("here again")).toBeVisible();
});

test("an encrypted connection cannot be cut, and the page says so", async ({ page }) => {
  const demo = await serveDemo({ router: "wss://127.0.0.1:1/", realm: "realm1", port: 0 });
  try {
    await page.goto(demo.url);

    await expect(page.getByText("Not connected")).toBeVisible();
    const cut = page.getByRole("button", { name: "Cut the connection" });
    await expect(cut).toBeDisabled();
    await expect(cut).toHaveAccessibleDescription(/connection is encrypted/);
  } finally {
    await demo.stop();
  }
});

test("the keyboard alone is enough for the main actions", async ({ demo, openTab }) => {
  const first = await openTab();
  const second = await openTab();
  const { keyboard } = second.page;
  const goTo = async (name: string) => {
    const focused = second.page.locator(":focus");
    for (let presses = 0; presses < 20; presses += 1) {
      await keyboard.press("Tab");
      const label = await focused.evaluate((element) =>
        element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent,
      );
      if (label?.trim().startsWith(name) === true) return;
    }
    throw new Error(`20 presses of Tab did not reach ${name}`);
  };

  await goTo("Cut the connection");
  await keyboard.press("Enter");
  await expect(second.connection).toContainText("Not connected");
  demo.restore();
  await goTo("Try now");
  await keyboard.press("Enter");
  await expect(second.connection).toContainText("Online");

  await goTo("Send it from this tab");
  await keyboard.press("Enter");
  await expect(first.feed).toContainText(`Sent by ${second.name}`);

  await goTo("Message to the other tabs");
  await keyboard.type("by keyboard");
  await keyboard.press("Enter");
  await expect(first.chat.getByText("by keyboard")).toBeVisible();

  await goTo("Darts, in millions");
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type(String(ENDLESS));
  await goTo("Start");
  await keyboard.press("Enter");
  await expect(second.job).toContainText(/works on it|got the job itself/);
  await goTo("Cancel");
  await keyboard.press("Space");
  await expect(second.job).toContainText("Cancelled.");
  await goTo("This tab takes jobs");
  await keyboard.press("Space");
  await expect(second.job).toContainText("Takes no jobs.");
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    test.describe(`${colorScheme}, ${width} px wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test("an accessibility checker finds nothing", async ({ demo, openTab, context }) => {
        const first = await openTab();
        const second = await openTab();
        await first.page.getByLabel("Also to this tab").check();
        await first.write("hello");
        await second.write("hello to you");
        await expect(first.chat.getByText("hello to you")).toBeVisible();
        await first.ask(1);
        await expect(first.job).toContainText("has done it.");
        await expect(first.sharing.getByRole("listitem")).toHaveCount(2);
        expect(await violations(first.page)).toEqual([]);
        // Scrollbars take room in some browsers.
        const [needed, given] = await first.page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return [scrollWidth, clientWidth];
        });
        expect(needed, "the content fits into the page").toBe(given);

        await first.button("Cut the connection").click();
        await expect(first.connection).toContainText("Not connected");
        await first.write("later");
        await expect(first.entries.filter({ hasText: "Waiting" })).toBeVisible();
        expect(await violations(first.page)).toEqual([]);

        const frames = await context.newPage();
        await frames.goto(`${demo.url}side-by-side.html`);
        // The frames hold the same page twice, and so the same landmarks; their titles distinguish them.
        expect(await violations(frames, "landmark-unique")).toEqual([]);
      });
    });
  }
}
