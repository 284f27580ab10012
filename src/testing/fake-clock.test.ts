import { clockSuite } from "../web/clock.suite.js";
import { FakeClock } from "./fake-clock.js";

clockSuite("FakeClock", () => {
  const clock = new FakeClock();
  return {
    clock,
    pass: (milliseconds) => {
      clock.advance(milliseconds);
      return Promise.resolve();
    },
  };
});
