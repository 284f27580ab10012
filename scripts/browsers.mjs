// The browsers of the tests besides Chromium, which `npm run setup` finds. They are installed when a suite asks for one.
import { existsSync, readdirSync } from "node:fs";
import { installPackages } from "./debian.mjs";

/** @type {Record<string, { isPresent: () => boolean, packages: string[] }>} */
const browsers = {
  firefox: { isPresent: () => isOnPath("firefox-esr"), packages: ["firefox-esr"] },
  webkit: {
    isPresent: () => isOnPath("Xvfb") && miniBrowser() !== undefined,
    packages: ["webkit2gtk-driver", "xvfb"],
  },
};

export const browserNames = ["chromium", ...Object.keys(browsers)];

/** Finds WebKitGTK's test browser, which is in a folder of the library. */
export function miniBrowser() {
  const libraries = "/usr/lib";
  const places = existsSync(libraries) ? readdirSync(libraries) : [];
  return places
    .flatMap((place) => ["4.1", "4.0"].map((api) => `${libraries}/${place}/webkit2gtk-${api}/MiniBrowser`))
    .find((path) => existsSync(path));
}

/**
 * Installs a browser if it is missing.
 *
 * @param {string} name
 * @returns {string | undefined} the reason if this machine cannot have it
 */
export function installBrowser(name) {
  const browser = browsers[name];
  if (browser === undefined || browser.isPresent()) return undefined;
  console.log(`setup: installing Debian's packages ${browser.packages.join(" and ")}`);
  return installPackages(browser.packages);
}

/** @param {string} command */
function isOnPath(command) {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(`${folder}/${command}`));
}
