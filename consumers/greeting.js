// What every page does: with ?offer it offers procedures, otherwise it calls them. The page shows the result.
import { connect } from "wamp-mux";
import { importKey } from "wamp-mux/keys";
import { createPassthru, keyRing } from "wamp-mux/passthru";

// Every bundler has to find the files of the serializers, which are loaded when a session speaks them.
const serializers = ["msgpack", "cbor"];

// So it does the file of the cipher, which the first encrypted payload loads.
const passthru = createPassthru({
  encryption: {
    rules: [{ uri: "com.example.secret.", match: "prefix" }],
    keys: keyRing({ shared: new Uint8Array(32).fill(7) }, () => "shared"),
  },
});

async function greet(query, workerUrl, serializer) {
  const session = await connect({
    url: query.get("router"),
    realm: "realm1",
    principal: serializer,
    serializers: [serializer],
    passthru,
    // So it does those of an algorithm that browsers lack.
    auth: { method: "wamp-scram", authid: "joe", secret: "secret!!!" },
    ...(workerUrl === null ? {} : { workerUrl }),
  });
  await session.ready;
  const { status } = session;
  const procedures = ["greet", "secret"].map((word) => `com.example.${word}.${serializer}`);
  if (!query.has("offer")) {
    const [answer, secret] = await Promise.all(procedures.map((each) => session.call(each, ["you"])));
    if (secret !== answer) throw new Error(`the encrypted answer is ${secret}`);
    return { workerUrl: status.workerUrl, answer };
  }
  const handler = ([name]) => `${query.get("offer")} greets ${name}`;
  await Promise.all(procedures.map((each) => session.register(each, handler)));
  return { workerUrl: status.workerUrl };
}

/** Greets in each serializer; the results must be the same. */
async function greetInAll(query, workerUrl) {
  const [first, ...others] = await Promise.all(serializers.map((each) => greet(query, workerUrl, each)));
  const differs = others.some((other) => JSON.stringify(other) !== JSON.stringify(first));
  return differs ? { error: JSON.stringify([first, ...others]) } : first;
}

/** Imports a key in a browser that takes seeds only together with their public key, which a file computes that is loaded then. */
async function importRefusedKey() {
  const { subtle } = crypto;
  const take = subtle.importKey.bind(subtle);
  subtle.importKey = (format, ...rest) =>
    format === "pkcs8" ? Promise.reject(new DOMException("", "DataError")) : take(format, ...rest);
  const { publicKey } = await importKey("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  delete subtle.importKey;
  // RFC 8032, 7.1, test 1.
  if (publicKey !== "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    throw new Error(`the public key is ${publicKey}`);
}

async function show() {
  const query = new URLSearchParams(location.search);
  const shown = await importRefusedKey()
    .then(() => greetInAll(query, query.get("worker")))
    .catch((error) => ({ error: String(error) }));
  document.querySelector("output").textContent = JSON.stringify(shown);
}

let showing;

/** Greets once, however often it is called: in development React runs every effect twice. */
export function showGreeting() {
  showing ??= show();
}
