export const routerNames = ["dev", "crossbar", "nexus"] as const;
export type RouterName = (typeof routerNames)[number];

function routerName(): RouterName {
  const wanted = process.env["WAMP_ROUTER"] ?? "dev";
  const name = routerNames.find((known) => known === wanted);
  if (name === undefined)
    throw new Error(`WAMP_ROUTER is ${wanted}; it must be one of ${routerNames.join(", ")}`);
  return name;
}

/** The router of this run, from the environment variable `WAMP_ROUTER`. */
export const routerUnderTest = routerName();
