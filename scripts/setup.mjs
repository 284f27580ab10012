// Prepares a fresh clone: installs the packages of the lock file and finds a Chromium for the browser tests. It uses only
// Node's own modules, because it runs before the installation. A second run takes no time.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { installPackages as installDebianPackages } from "./debian.mjs";

const root = new URL("../", import.meta.url);
const browserFile = new URL(".cache/browser.json", root);
const isRoot = process.getuid?.() === 0;
const minute = 60_000;

/** @param {string} step */
function say(step) {
  console.log(`setup: ${step}`);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {number} timeout in milliseconds
 */
function run(command, args, timeout) {
  const result = spawnSync(command, args, {
    cwd: root,
    timeout,
    encoding: "utf8",
  });
  return { ok: result.status === 0, output: `${result.stdout ?? ""}${result.stderr ?? ""}`.trim() };
}

/** @param {string} path */
function modified(path) {
  return statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function installPackages() {
  // npm writes this file last, so an interrupted installation lacks it.
  if (modified("node_modules/.package-lock.json") >= modified("package-lock.json"))
    return say("packages are installed");
  say("installing the packages of the lock file (npm ci)");
  const { ok, output } = run("npm", ["ci", "--no-audit", "--no-fund"], 15 * minute);
  if (!ok) throw new Error(`npm ci failed:\n${output}`);
}

/** @param {string} path */
function answers(path) {
  return run(path, ["--version"], minute / 4).ok;
}

function rememberedBrowser() {
  if (!existsSync(browserFile)) return undefined;
  const { executablePath } = JSON.parse(readFileSync(browserFile, "utf8"));
  return typeof executablePath === "string" && existsSync(executablePath) && answers(executablePath)
    ? executablePath
    : undefined;
}

async function playwrightBrowser() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  if (!existsSync(path)) {
    say("downloading the Chromium that Playwright was made for");
    const { ok } = run(
      process.execPath,
      ["node_modules/@playwright/test/cli.js", "install", "chromium", "--no-shell"],
      5 * minute,
    );
    if (!ok) say("that download is not available here");
  }
  return existsSync(path) && answers(path) ? path : undefined;
}

function systemBrowser() {
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(":");
  const paths = names.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  return paths.find((path) => existsSync(path) && answers(path));
}

function debianBrowser() {
  say("installing Debian's package chromium");
  const failure = installDebianPackages(["chromium"]);
  if (failure !== undefined) say(failure);
  return systemBrowser();
}

async function findBrowser() {
  const known = rememberedBrowser();
  if (known !== undefined) return say(`browser: ${known}`);
  const executablePath = (await playwrightBrowser()) ?? systemBrowser() ?? debianBrowser();
  if (executablePath === undefined) {
    throw new Error(
      "no Chromium was found and none could be installed: install one that the command `chromium` starts",
    );
  }
  mkdirSync(new URL(".", browserFile), { recursive: true });
  // Chromium's sandbox refuses to run as root.
  const args = isRoot ? ["--no-sandbox"] : [];
  writeFileSync(browserFile, `${JSON.stringify({ executablePath, args }, null, 2)}\n`);
  say(`browser: ${executablePath}`);
}

installPackages();
await findBrowser();
