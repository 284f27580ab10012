import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isPageHidden, onPageVisibility } from "./page-visibility.js";

let page: EventTarget;
const visibility = { visibilityState: "visible" };

beforeEach(() => {
  page = new EventTarget();
  visibility.visibilityState = "visible";
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const fire = (type: string): boolean => page.dispatchEvent(new Event(type));

describe("the visibility of a page", () => {
  it("@G21 is that of its document, and outside of a page there is nothing hidden", () => {
    expect(isPageHidden()).toBe(false);
    vi.stubGlobal("document", visibility);
    expect(isPageHidden()).toBe(false);
    visibility.visibilityState = "hidden";
    expect(isPageHidden()).toBe(true);
  });

  it("@G21 is told whenever it may have changed, until the listener is stopped", () => {
    const listener = vi.fn();
    const stopping = new AbortController();
    onPageVisibility(listener, stopping.signal);
    fire("visibilitychange");
    fire("visibilitychange");
    expect(listener).toHaveBeenCalledTimes(2);
    stopping.abort();
    for (const type of ["visibilitychange", "pagehide", "pageshow"]) fire(type);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("@G21 is not told while the page goes into the back/forward cache, but when it is back", () => {
    const listener = vi.fn();
    onPageVisibility(listener, new AbortController().signal);
    for (const type of ["pagehide", "visibilitychange", "visibilitychange"]) fire(type);
    expect(listener).not.toHaveBeenCalled();
    fire("pageshow");
    expect(listener).toHaveBeenCalledTimes(1);
    fire("visibilitychange");
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("@G17 that is shown again is told apart from one that is loaded or only hidden", () => {
    const listener = vi.fn();
    onPageVisibility(listener, new AbortController().signal);
    const show = (persisted: boolean) =>
      page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));
    show(false);
    fire("visibilitychange");
    show(true);
    expect(listener.mock.calls).toEqual([[false], [false], [true]]);
  });
});
