import { describe, expect, it } from "vitest";
import { browserSuites } from "./suites.js";

describe("in a page", () => {
  it("is a page", () => {
    expect(typeof document).toBe("object");
  });

  browserSuites();
});
