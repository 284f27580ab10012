import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveDemo } from "../scripts/demo/serve.mjs";
import { demoFiles, makeNewerBuild } from "./support/demo-build.js";
import { DemoTab, expect, test } from "./support/demo.js";

const stored = "also opens without a network";
const NEWER = "a newer wamp-mux demo";

/** Serves a demo at the address of one that has been stopped. */
const serveAgain = (url: string, folder?: string) =>
  serveDemo({
    realm: "realm1",
    port: Number(new URL(url).port),
    ...(folder === undefined ? {} : { folder }),
  });

test("after one visit the page opens without the server, and its tabs share a worker that waits for the router", async ({
  demo,
  openTab,
  context,
}) => {
  const visit = await openTab();
  await expect(visit.connection).toContainText(stored);
  await visit.page.close();
  await demo.stop();

  const first = await DemoTab.openAlone(context, demo.url);
  const second = await DemoTab.openAlone(context, demo.url);

  for (const tab of [first, second]) {
    await expect(tab.connection).toContainText("Not connected");
    await expect(tab.connection).toContainText(/Attempt \d+ in \d+ s/);
    await expect(tab.page.locator("#problem")).toBeHidden();
  }
  // Whatever the worker loads on demand is there as well.
  const files = (await demoFiles()).filter((file) => file !== "service-worker.js");
  expect(files.filter((file) => /worker|serializer|argon2|ed25519/.test(file))).toHaveLength(5);
  const missing = await first.page.evaluate(async (paths) => {
    const found = await Promise.all(
      paths.map((path) =>
        fetch(path).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    return paths.filter((_path, at) => found[at] !== true);
  }, files);
  expect(missing).toEqual([]);

  const again = await serveAgain(demo.url);
  try {
    // The next attempt may be 10 s away. A click would wait for the button, which is out of use if the session has come back on its own.
    await first.button("Try now").press("Enter");
    await first.works();
    await second.works();
    await first.write("the router is back");
    await expect(second.chat.getByText("the router is back")).toBeVisible();
    await expect(first.sharing.getByRole("heading", { name: "2 tabs" })).toBeVisible();
  } finally {
    await again.stop();
  }
});

test("two tabs keep working when a newer build is served, which starts when both have been closed", async ({
  demo,
  openTab,
  context,
}) => {
  const folder = await mkdtemp(join(tmpdir(), "wamp-mux-demo-"));
  await makeNewerBuild(folder, NEWER);
  const first = await openTab();
  await expect(first.connection).toContainText(stored);
  const second = await openTab();
  await demo.stop();
  const newer = await serveAgain(demo.url, folder);
  try {
    await first.page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update();
    });
    for (const tab of [first, second]) {
      await expect(tab.connection).toContainText("A newer version is stored");
      await tab.works();
    }

    // The server does not have the files of this version any more.
    await second.page.reload();
    await second.works();
    await expect(second.page.getByText(NEWER)).toBeHidden();
    await first.write("still one session");
    await expect(second.chat.getByText("still one session")).toBeVisible();

    await first.page.close();
    await second.page.close();
    // The newer version takes over at the next navigation; how soon depends on the browser.
    await expect(async () => {
      const page = await context.newPage();
      await page.goto(demo.url);
      const isNewer = await page.getByText(NEWER).isVisible();
      await page.close();
      expect(isNewer).toBe(true);
    }).toPass();
  } finally {
    await newer.stop();
    await rm(folder, { recursive: true });
  }
});

test("the browser finds everything that an application to be installed needs", async ({ openTab }) => {
  const { page } = await openTab();
  const devtools = await page.context().newCDPSession(page);

  const { errors } = await devtools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
});
