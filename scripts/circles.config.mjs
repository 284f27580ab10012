// Circles between files of src, of types as well as of values. The layers and their reasons are in eslint.config.js.

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circle",
      comment:
        "Two files that need each other, even for types only, are one role in two places, or two roles in each.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.base.json" },
    // Types are erased, but a circle of types is one of thoughts all the same.
    tsPreCompilationDeps: true,
    includeOnly: "^src",
    exclude: "\\.test(-d)?\\.ts$",
  },
};
