// node scripts/demo/icons.mjs: draws the demo's icons as PNG from icon.svg, for systems that do not take SVG. The files are committed; run it
// after a change of the drawing.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright";
import { installedBrowser } from "../installed-browser.mjs";
import { root } from "../tools.mjs";

const folder = join(root, "demo/public");
const drawing = await readFile(join(folder, "icon.svg"), "utf8");
const browser = await chromium.launch(installedBrowser());
for (const size of [192, 512]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${drawing}`);
  await page.screenshot({ path: join(folder, `icon-${size}.png`) });
}
await browser.close();
