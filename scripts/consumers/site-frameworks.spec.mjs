// Applications of frameworks that bring their own bundler, and most of them their own server.
import { join } from "node:path";
import { serveFolder } from "../static-server.mjs";
import { serveBuiltByNuxt, serveWithNext, serveWithNuxt, serveWithVite } from "./dev-servers.mjs";
import { test } from "./fixtures.mjs";
import { runScript } from "./install.mjs";
import { share } from "./pages.mjs";
import { withServer } from "./with-server.mjs";

for (const bundler of /** @type {const} */ (["--turbopack", "--webpack"])) {
  const script = /^\/_next\/static\/media\/worker\.[\w-]+\.js$/;

  test(`Next.js 16 ${bundler}, dev, no configuration`, async ({ browser, consumer }) => {
    const folder = consumer("next-16");
    await withServer(serveWithNext(folder, bundler), (url) =>
      share(browser, { folder, offering: url, script }),
    );
  });

  test(`Next.js 16 ${bundler}, build, no configuration`, async ({ browser, consumer }) => {
    const folder = consumer("next-16");
    runScript(folder, "next/dist/bin/next", "build", bundler);
    await withServer(serveFolder(join(folder, "out")), (url) =>
      share(browser, { folder, offering: url, script }),
    );
  });
}

test("SvelteKit 2, dev, no configuration", async ({ browser, consumer }) => {
  const folder = consumer("sveltekit-2");
  await withServer(serveWithVite(folder), (url) =>
    share(browser, { folder, offering: url, script: /\/worker\.js$/ }),
  );
});

test("SvelteKit 2, build, no configuration", async ({ browser, consumer }) => {
  const folder = consumer("sveltekit-2");
  runScript(folder, "vite/bin/vite.js", "build");
  await withServer(serveFolder(join(folder, "build")), (url) =>
    share(browser, { folder, offering: url, script: /^\/_app\/immutable\/workers\/worker-[\w-]+\.js$/ }),
  );
});

test("Nuxt 4, dev, optimizeDeps.exclude", async ({ browser, consumer }) => {
  const folder = consumer("nuxt-4");
  await withServer(serveWithNuxt(folder), (url) =>
    share(browser, { folder, offering: url, script: /\/worker\.js$/ }),
  );
});

test("Nuxt 4, build", async ({ browser, consumer }) => {
  const folder = consumer("nuxt-4");
  runScript(folder, "nuxt/bin/nuxt.mjs", "build");
  await withServer(serveBuiltByNuxt(folder), (url) =>
    share(browser, { folder, offering: url, script: /^\/_nuxt\/worker-[\w-]+\.js$/ }),
  );
});
