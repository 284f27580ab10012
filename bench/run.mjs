// npm run bench -- [--only work]… [--quick] [--repetitions 9] [--profile] [--no-build] [--out results.json] [--against before.tgz]
// Measures the packed package beside its peers and compares the results with the gates; with --against beside an earlier
// tarball of itself (`npm pack` of that version) instead. The hub alone is measured in Node, without a browser and a build;
// with --since <commit> beside the hub of that commit.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare } from "./compare.mjs";
import { HUB, benchHub } from "./hub/index.mjs";
import { cache, root } from "./install.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    repetitions: { type: "string" },
    "no-build": { type: "boolean", default: false },
    against: { type: "string" },
    since: { type: "string" },
    out: { type: "string", default: join(cache, "results.json") },
  },
});

const others = options.only.filter((name) => name !== HUB);
const withHub = options.only.length === 0 || options.only.includes(HUB);
if (withHub && !options.profile) await benchHub({ root, cache, quick: options.quick, since: options.since });
if (options.only.length === 0 || others.length > 0) await compare({ ...options, only: others });
