import { describe, expect, it } from "vitest";
import type { Outcome } from "./suite-worker.js";

const outcomes = await new Promise<readonly Outcome[]>((resolve, reject) => {
  const worker = new Worker(new URL("./suite-worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<readonly Outcome[]>) => {
    resolve(data);
  };
  worker.onerror = ({ message }) => {
    reject(new Error(`the worker failed: ${message}`));
  };
});

describe("in a worker", () => {
  it("runs the suites", () => {
    expect(outcomes.length).toBeGreaterThan(0);
  });

  for (const { title, errors } of outcomes) {
    it(title, () => {
      expect(errors).toEqual([]);
    });
  }
});
