// The same serializer with binary messages.
import * as tagged from "./tagged.js";

/* global TextEncoder, TextDecoder */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param {unknown} value */
export const encode = (value) => encoder.encode(tagged.encode(value));

/** @param {string | Uint8Array} bytes */
export const decode = (bytes) => tagged.decode(decoder.decode(/** @type {Uint8Array} */ (bytes)));
