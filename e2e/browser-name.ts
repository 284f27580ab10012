export const browserNames = ["chromium", "firefox", "webkit"] as const;
export type BrowserName = (typeof browserNames)[number];

function browserName(): BrowserName {
  const wanted = process.env["WAMP_BROWSER"] ?? "chromium";
  const name = browserNames.find((known) => known === wanted);
  if (name === undefined)
    throw new Error(`WAMP_BROWSER is ${wanted}; it must be one of ${browserNames.join(", ")}`);
  return name;
}

/** The browser of this run, from the environment variable `WAMP_BROWSER`. */
export const browserUnderTest = browserName();
