import { expect, it, vi } from "vitest";
import { isHandlerResult, result } from "./handler-result.js";

it("recognizes the results of another copy of the package, and no similar object", async () => {
  vi.resetModules();
  const other = await import("./handler-result.js");
  expect(other.result).not.toBe(result);
  expect(isHandlerResult(other.result([1]))).toBe(true);
  expect([{ args: [1], kwargs: {} }, null, undefined, "result"].map(isHandlerResult)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
