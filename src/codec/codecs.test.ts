import { describe, expect, it } from "vitest";
import { createCodecs } from "./codecs.js";
import { jsonSerializer } from "./json.js";
import { msgpackSerializer } from "./msgpack.js";

const URL_OF_FILE = "https://a.example/msgpack-serializer.js";

/** Codecs whose MessagePack is a file, and the URLs that were loaded. Loading fails as long as `isMissing` is true. */
function setUp() {
  const urls: string[] = [];
  const file = { isMissing: false };
  const clock = { time: 0 };
  const load = (_name: string, url: string) => {
    urls.push(url);
    return file.isMissing ? Promise.reject(new Error("404")) : Promise.resolve(msgpackSerializer);
  };
  const codecs = createCodecs([jsonSerializer], load, () => clock.time);
  return { codecs, urls, file, clock };
}

describe("codecs", () => {
  it("have the bundled serializers at once", async () => {
    const { codecs, urls } = setUp();
    expect([codecs.find("json"), codecs.get("json"), await codecs.load("json")]).toEqual(
      Array(3).fill(jsonSerializer),
    );
    expect(urls).toEqual([]);
  });

  it("load another one from its file, once, and keep it", async () => {
    const { codecs, urls } = setUp();
    expect(codecs.find("msgpack")).toBeUndefined();
    expect(() => codecs.get("msgpack")).toThrow('the serializer "msgpack" has not been loaded');
    codecs.locate("msgpack", URL_OF_FILE);
    expect(await codecs.load("msgpack")).toBe(msgpackSerializer);
    await codecs.load("msgpack");
    expect([codecs.find("msgpack"), codecs.get("msgpack")]).toEqual([msgpackSerializer, msgpackSerializer]);
    expect(urls).toEqual([URL_OF_FILE]);
  });

  it("reject when no tab has provided the URL of the file", async () => {
    await expect(setUp().codecs.load("msgpack")).rejects.toThrow(
      'no file of the serializer "msgpack" is known',
    );
    await expect(createCodecs([jsonSerializer]).load("msgpack")).rejects.toThrow("no file");
  });

  it("omit a serializer that could not be loaded, until it has been loaded or has another URL", async () => {
    const { codecs, file } = setUp();
    codecs.locate("msgpack", URL_OF_FILE);
    file.isMissing = true;
    await expect(codecs.load("msgpack")).rejects.toThrow("404");
    expect(codecs.usable(["msgpack", "json"])).toEqual(["json"]);
    // Better one that may work again than none.
    expect(codecs.usable(["msgpack"])).toEqual(["msgpack"]);
    codecs.locate("msgpack", URL_OF_FILE);
    expect(codecs.usable(["msgpack", "json"])).toEqual(["json"]);
    codecs.locate("msgpack", `${URL_OF_FILE}?2`);
    expect(codecs.usable(["msgpack", "json"])).toEqual(["msgpack", "json"]);
    await expect(codecs.load("msgpack")).rejects.toThrow("404");
    file.isMissing = false;
    await codecs.load("msgpack");
    expect(codecs.usable(["msgpack", "json"])).toEqual(["msgpack", "json"]);
  });

  it("prefer the others for a minute to a serializer that has failed on a message, which the router may know alone", async () => {
    const { codecs, clock } = setUp();
    codecs.locate("msgpack", URL_OF_FILE);
    await codecs.load("msgpack");
    codecs.doubt("msgpack");
    expect(codecs.usable(["msgpack", "json"])).toEqual(["json", "msgpack"]);
    codecs.locate("msgpack", `${URL_OF_FILE}?2`);
    expect(codecs.usable(["msgpack", "json"])).toEqual(["json", "msgpack"]);
    clock.time += 60_000;
    expect(codecs.usable(["msgpack", "json"])).toEqual(["msgpack", "json"]);
  });

  it("@G11 offer a serializer again a minute after it could not be loaded", async () => {
    const { codecs, file, clock } = setUp();
    codecs.locate("msgpack", URL_OF_FILE);
    file.isMissing = true;
    for (const failure of [5_000, 100_000]) {
      clock.time = failure;
      await expect(codecs.load("msgpack")).rejects.toThrow("404");
      clock.time = failure + 59_999;
      expect(codecs.usable(["json", "msgpack"])).toEqual(["json"]);
      clock.time = failure + 60_000;
      expect(codecs.usable(["json", "msgpack"])).toEqual(["json", "msgpack"]);
    }
  });

  it("try the latest URL first and then the earlier ones, and count the attempts at each", async () => {
    const attempts: unknown[] = [];
    let works = false;
    const codecs = createCodecs([jsonSerializer], (_name, url, attempt) => {
      attempts.push([url, attempt]);
      return url === "1" && works ? Promise.resolve(msgpackSerializer) : Promise.reject(new Error("404"));
    });
    for (const url of ["2", "1", "3"]) codecs.locate("msgpack", url);
    await expect(codecs.load("msgpack")).rejects.toThrow("404");
    works = true;
    codecs.locate("msgpack", "2");
    expect(await codecs.load("msgpack")).toBe(msgpackSerializer);
    expect(attempts).toEqual([
      ["3", 1],
      ["1", 1],
      ["2", 1],
      ["2", 2],
      ["3", 2],
      ["1", 2],
    ]);
  });

  it("load a file once for all who wait for it, and try a URL that becomes known meanwhile", async () => {
    const attempts: string[] = [];
    let refuse: () => void = () => undefined;
    const codecs = createCodecs([jsonSerializer], (_name, url) => {
      attempts.push(url);
      if (url === "new") return Promise.resolve(msgpackSerializer);
      return new Promise((_resolve, reject) => {
        refuse = () => reject(new Error("404"));
      });
    });
    codecs.locate("msgpack", "old");
    const first = codecs.load("msgpack");
    codecs.locate("msgpack", "new");
    const second = codecs.load("msgpack");
    refuse();
    expect(await Promise.all([first, second])).toEqual([msgpackSerializer, msgpackSerializer]);
    expect(attempts).toEqual(["old", "new"]);
    expect(codecs.usable(["msgpack", "json"])).toEqual(["msgpack", "json"]);
  });

  it("know no file of a serializer without a loader", async () => {
    const codecs = createCodecs([jsonSerializer]);
    for (const name of ["json", "constructor"]) codecs.locate(name, URL_OF_FILE);
    await expect(codecs.load("constructor")).rejects.toThrow("no file");
  });

  it("forget the earliest of many URLs", async () => {
    const { codecs, urls, file } = setUp();
    file.isMissing = true;
    for (const url of ["1", "2", "3", "4", "5"]) codecs.locate("msgpack", url);
    await expect(codecs.load("msgpack")).rejects.toThrow("404");
    expect(urls).toEqual(["5", "4", "3", "2"]);
  });
});
