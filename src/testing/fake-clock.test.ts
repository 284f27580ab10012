import { describeClock } from "../web/testing/clock-contract.js";
import { FakeClock } from "./fake-clock.js";

describeClock("FakeClock", () => {
  const clock = new FakeClock();
  return {
    clock,
    pass: (milliseconds) => {
      clock.advance(milliseconds);
      return Promise.resolve();
    },
  };
});
