import { startTests } from "@vitest/runner";
import type { Task, VitestRunner } from "@vitest/runner";
import { browserSuites } from "./suites.js";

/** The outcome of one test, as the worker tells the page. */
export interface Outcome {
  readonly title: string;
  readonly errors: readonly string[];
}

// vitest runs tests in pages only; its runner, which collects and runs them, works in a worker as well.
const runner: VitestRunner = {
  config: {
    name: "worker",
    root: "/",
    setupFiles: [],
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 1, hooks: "stack", setupFiles: "list" },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 10_000,
    hookTimeout: 10_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: true,
  },
  importFile: browserSuites,
};

function outcomes(task: Task, path: readonly string[]): readonly Outcome[] {
  const errors = (task.result?.errors ?? []).map(({ message }) => message);
  if (task.type === "test") {
    const passed = task.result?.state === "pass";
    const title = [...path, task.name].join(" > ");
    return [{ title, errors: passed || errors.length > 0 ? errors : [`the test is ${task.mode}`] }];
  }
  const inside = "filepath" in task ? path : [...path, task.name];
  const own = errors.length === 0 ? [] : [{ title: inside.join(" > ") || "the suites load", errors }];
  return [...own, ...task.tasks.flatMap((child) => outcomes(child, inside))];
}

const files = await startTests(["suites"], runner);
postMessage(files.flatMap((file) => outcomes(file, [])));
