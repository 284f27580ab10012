"""A peer that encrypts payloads and shares no code with this project: PyNaCl, cryptography and cbor2, and WAMP frames by hand.

Usage: encrypting_peer.py URL REALM PREFIX CIPHER KEY_HEX SERIALIZER, which is json, msgpack or cbor. Registers PREFIX.work, which answers with its arguments reversed, and fails with
the arguments of the call if the first one is "fail". Publishes each event of PREFIX.topic again as PREFIX.heard. Both are encrypted. Prints
"ready", and then each decrypted payload as a line of JSON.
"""

import asyncio
import base64
import json
import os
import sys

import cbor2
import msgpack
import nacl.bindings
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

URL, REALM, PREFIX, CIPHER = sys.argv[1:5]
KEY = bytes.fromhex(sys.argv[5])
SERIALIZER = sys.argv[6]
IS_BINARY = SERIALIZER != "json"
WRITE, READ = {
    "json": (lambda message: json.dumps(message).encode(), json.loads),
    "msgpack": (msgpack.packb, msgpack.unpackb),
    "cbor": (cbor2.dumps, cbor2.loads),
}[SERIALIZER]
PPT = {"ppt_scheme": "wamp", "ppt_serializer": "cbor", "ppt_cipher": CIPHER, "ppt_keyid": "k1"}
FEATURES = {"features": {"payload_passthru_mode": True}}


def encrypt(args, kwargs):
    plain = cbor2.dumps({"args": args, "kwargs": kwargs})
    if CIPHER == "aes256gcm":
        nonce = os.urandom(12)
        box = AESGCM(KEY).encrypt(nonce, plain, None)
    else:
        nonce = os.urandom(24)
        box = nacl.bindings.crypto_secretbox(plain, nonce, KEY)
    payload = nonce + box
    return [payload if IS_BINARY else "\0" + base64.b64encode(payload).decode()]


def decrypt(details, args):
    assert {name: details.get(name) for name in PPT} == PPT, details
    [payload] = args
    data = payload if IS_BINARY else base64.b64decode(payload[1:])
    if CIPHER == "aes256gcm":
        plain = AESGCM(KEY).decrypt(data[:12], data[12:], None)
    else:
        plain = nacl.bindings.crypto_secretbox_open(data[24:], data[:24], KEY)
    content = cbor2.loads(plain)
    print(json.dumps(content), flush=True)
    return content["args"], content["kwargs"]


class Peer(WebSocketClientProtocol):
    def tell(self, *message):
        self.sendMessage(WRITE(message), isBinary=IS_BINARY)

    def onOpen(self):
        roles = {role: FEATURES for role in ("caller", "callee", "publisher", "subscriber")}
        self.tell(1, REALM, {"roles": roles, "authmethods": ["anonymous"]})
        self.requests = 0

    def onMessage(self, frame, is_binary):
        code, *rest = READ(frame)
        if code == 2:
            self.tell(64, 1, {}, PREFIX + ".work")
        elif code == 65:
            self.tell(32, 2, {}, PREFIX + ".topic")
        elif code == 33:
            self.requests = 2
            print("ready", flush=True)
        elif code == 36:
            self.requests += 1
            args, kwargs = decrypt(rest[2], rest[3])
            self.tell(16, self.requests, PPT, PREFIX + ".heard", encrypt(args, kwargs))
        elif code == 68:
            args, kwargs = decrypt(rest[2], rest[3])
            if args[0] == "fail":
                self.tell(8, 68, rest[0], PPT, PREFIX + ".failed", encrypt(args, kwargs))
            else:
                self.tell(70, rest[0], PPT, encrypt(args[::-1], kwargs))
        else:
            print("unexpected", code, rest, flush=True)

    def onClose(self, was_clean, code, reason):
        asyncio.get_running_loop().stop()


async def main():
    factory = WebSocketClientFactory(URL, protocols=["wamp.2." + SERIALIZER])
    factory.protocol = Peer
    host, port = factory.host, factory.port
    await asyncio.get_running_loop().create_connection(factory, host, port)


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.create_task(main())
loop.run_forever()
