// Applications of the frameworks, as their documentation would write them; the README shows their lines.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { serveFolder } from "../static-server.mjs";
import { root } from "../tools.mjs";
import { serveWithAngular, serveWithVite } from "./dev-servers.mjs";
import { test } from "./fixtures.mjs";
import { run } from "./install.mjs";
import { greetAndGo, withPages } from "./panels.mjs";
import { withServer } from "./with-server.mjs";

/** The result of every way of holding a session; see `consumers/members.js`. */
const members = {
  realm: "realm1",
  principal: "anonymous",
  state: "online",
  calls: {
    answer: ["letters", "a", "b"],
    whole: [["letters", "a", "b"]],
    parts: ["working", ["letters", "a", "b"]],
    procedure: "com.example.list",
    match: "exact",
    active: [true, false],
    end: "ended",
  },
  events: {
    acknowledged: "number",
    heard: [["hi", "me"]],
    iterated: "hi",
    topic: "com.example.talk",
    match: "exact",
    active: [true, false],
    end: "ended",
  },
  disposed: [false, false, "closed"],
  held: 0,
  kind: "left",
  late: "SessionClosedError",
  heard: "closed",
};

for (const framework of ["Vue 3", "React 19", "Svelte 5"]) {
  const name = framework.split(" ")[0]?.toLowerCase() ?? "";

  test(`${framework}, dev`, async ({ browser, consumer }) => {
    const folder = consumer(name);
    await withServer(serveWithVite(folder), (url) => greetAndGo(browser, folder, url));
  });

  test(`${framework}, build`, async ({ browser, consumer }) => {
    const folder = consumer(name);
    run(folder, process.execPath, "node_modules/vite/bin/vite.js", "build");
    await withServer(serveFolder(join(folder, "dist")), (url) => greetAndGo(browser, folder, url));
  });
}

test("Angular 20, dev, npx wamp-mux worker", async ({ browser, consumer }) => {
  const folder = consumer("angular");
  run(folder, "npx", "--no", "wamp-mux", "worker", "public/");
  await withServer(serveWithAngular(folder), (url) => greetAndGo(browser, folder, url));
});

test("Angular 20, build, npx wamp-mux worker", async ({ browser, consumer }) => {
  const folder = consumer("angular");
  run(folder, "npx", "--no", "wamp-mux", "worker", "public/");
  run(folder, process.execPath, "node_modules/@angular/cli/bin/ng.js", "build");
  await withServer(serveFolder(join(folder, "dist/app/browser")), (url) => greetAndGo(browser, folder, url));
});

for (const [holder, name, ways] of /** @type {const} */ ([
  ["Vue 3", "vue", ["reactive", "ref", "shallowRef", "readonly", "data()", "provide/inject"]],
  ["Svelte 5", "svelte", ["$state", "deep $state", "store"]],
  [
    "MobX, Immer and Proxy",
    "state",
    ["MobX observable", "MobX makeAutoObservable", "MobX observable.box", "Immer produce", "Proxy"],
  ],
])) {
  test(`every member in the state of ${holder}`, async ({ browser, consumer }) => {
    const folder = consumer(name);
    cpSync(join(root, "consumers/members.js"), join(folder, "members.js"));
    await withServer(serveWithVite(folder), (url) =>
      withPages(browser, folder, async (_router, open) => {
        const page = await open(`${url}members.html`);
        const text = await page.locator("output").filter({ hasText: "{" }).textContent();
        const shown = /** @type {unknown} */ (JSON.parse(text ?? ""));
        expect(shown).toEqual(Object.fromEntries(ways.map((way) => [way, members])));
      }),
    );
  });
}

test("README shows the files of these applications", () => {
  const [, section = ""] =
    /^## Frameworks$(.*?)^## /ms.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  const shown = [...section.matchAll(/^```typescript\n(.*?)^```$/gms)].map(([, code]) => code);
  const files = [
    "vue/src/use-session.ts",
    "react/src/use-session.ts",
    "svelte/src/use-session.svelte.ts",
    "angular/src/app/wamp.ts",
  ];
  expect(shown).toEqual(files.map((file) => readFileSync(join(root, "consumers", file), "utf8")));
});
