import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

/** The Chromium that `npm run setup` found, as Playwright's `launchOptions` take it. */
export function installedBrowser() {
  const file = join(root, ".cache/browser.json");
  if (!existsSync(file)) throw new Error("No browser is known yet: run `npm run setup` first.");
  /** @type {{ executablePath: string, args: string[] }} */
  const browser = JSON.parse(readFileSync(file, "utf8"));
  return browser;
}
