import { expect, test } from "./support/fixtures.js";
import { startHttpsServer } from "./support/https-server.js";
import { cannotRunIn } from "./support/needs.js";
import { Tabs } from "./support/tabs.js";

test("@G15 a page on https: uses no ws: router on a network, unless an option allows it; one on this computer it does", async ({
  tabBrowser,
  pages,
  router,
}) => {
  cannotRunIn("webkit", "its pages on https: cannot reach the test by ws:");
  const secure = await startHttpsServer(pages.origin);
  const context = await tabBrowser.newContext({ ignoreHTTPSErrors: true });
  const tabs = new Tabs(context, pages, router);
  const tab = await tabs.blank({}, `${secure.origin}/e2e/pages/blank.html`);
  expect(await tab.page.evaluate(() => isSecureContext)).toBe(true);

  const far = { url: "ws://router.example/", principal: "far" };
  expect(await tab.attach(far)).toMatchObject({
    ok: false,
    error: {
      name: "InvalidArgumentError",
      message: expect.stringContaining("allowInsecureRouter") as unknown,
    },
  });
  expect(await tab.attach({ ...far, allowInsecureRouter: true })).toMatchObject({ ok: true });
  await tab.leave();
  await tab.connect();

  await context.close();
  await secure.close();
});
