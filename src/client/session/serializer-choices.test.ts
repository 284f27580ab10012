import { expect, it } from "vitest";
import { optionDifferences } from "../../contract/identity.js";
import { completeSerializers, likelyChoices } from "./serializer-choices.js";

const BASE = "https://joe:s3cret@app.example/page/index.html";
const complete = (url: unknown, base: string | undefined = BASE) =>
  completeSerializers("options.serializers", ["json", { name: "own", url }], base);

it("the URL of a module refers to the page, and has no credentials", () => {
  const completed = ["json", { name: "own", url: "https://app.example/page/own.js?v=1" }];
  expect(complete("own.js?v=1")).toEqual(completed);
  expect(complete(new URL("https://app.example/page/own.js?v=1"))).toEqual(completed);
  expect(completeSerializers("options.serializers", ["json"], undefined)).toEqual(["json"]);
});

it.each([
  "https://elsewhere.example/own.js?key=t0ken",
  "data:text/javascript,t0ken",
  "blob:https://app.example/t0ken",
  "http://[t0ken",
  "",
  7,
])("@G28 a module of another origin is refused without the secrets of its URL: %j", (url) => {
  expect(() => complete(url)).toThrow(
    expect.objectContaining({
      name: "InvalidArgumentError",
      message: expect.not.stringContaining("t0ken") as unknown,
    }),
  );
});

it("what the hub will refuse is none of the choices of the page", () => {
  const own = { name: "own", url: "https://app.example/own.js" };
  expect(likelyChoices(["json", own, null, { name: "own" }, { ...own, name: "No" }])).toEqual(["json", own]);
});

it("@G28 two URLs of one serializer are different options, which are told without their queries", () => {
  const options = (url: string) => ({ serializers: [{ name: "own", url }] });
  const [told] = optionDifferences(
    options("https://a.example/1.js?k=t0ken"),
    options("https://a.example/2.js"),
  );
  expect(told).toBe(
    'serializers is [{"name":"own","url":"https://a.example/1.js"}], the tab asked for [{"name":"own","url":"https://a.example/2.js"}]',
  );
});
