import { browserUnderTest } from "../browser-name.js";
import { chromium } from "./chromium.js";
import { firefox } from "./firefox.js";
import { webkit } from "./webkit.js";

/** The engine of this run. */
export const engine = { chromium, firefox, webkit }[browserUnderTest];
