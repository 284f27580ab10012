import { afterEach, expect, it, vi } from "vitest";
import { onPageReturn } from "./page-returns.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("@G17 a page that is shown again is told apart from one that is loaded, until the listener is stopped", () => {
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  const show = (persisted: boolean) =>
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));
  let returns = 0;
  const stop = onPageReturn(() => (returns += 1));
  show(false);
  expect(returns).toBe(0);
  show(true);
  expect(returns).toBe(1);
  stop();
  show(true);
  expect(returns).toBe(1);
});
