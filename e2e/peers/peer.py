"""The foreign peer of the browser tests on Autobahn|Python, which shares no code with the project.

Each line on stdin is the JSON of a session to join (url, realm, prefix, serializer), or null. It is answered by a line on stdout: null when
the earlier session is gone and the new one has registered its procedures, by which the tests control it; otherwise the reason.
The process ends with its stdin, so that it does not outlive the tests.
"""

import asyncio
import json
import sys

from autobahn.asyncio.wamp import ApplicationRunner, ApplicationSession
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.serializer import create_transport_serializer
from autobahn.wamp.types import (
    CallOptions,
    CallResult,
    ComponentConfig,
    PublishOptions,
    RegisterOptions,
    SubscribeOptions,
)

# Seconds for joining or leaving.
DEADLINE = 10


def described(value):
    """Writes down a value with its type."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return f"int {value}"
        case float():
            return f"float {value}"
        case str():
            return f"text {value}"
        case bytes():
            return f"bytes {value.hex()}"
        case list():
            return [described(one) for one in value]
        case _:
            return {key: described(one) for key, one in value.items()}


def result_of(answer):
    """Returns args and kwargs of a result. Autobahn unpacks one that is a single value."""
    if isinstance(answer, CallResult):
        return {"args": list(answer.results), "kwargs": answer.kwresults or {}}
    return {"args": [] if answer is None else [answer], "kwargs": {}}


class Events:
    """The events of one subscription."""

    def __init__(self):
        self.all = []
        self.arrived = asyncio.Event()

    def add(self, *args, details, **kwargs):
        self.all.append({"topic": details.topic, "args": list(args), "kwargs": kwargs})
        self.arrived.set()

    async def first(self, count):
        while len(self.all) < count:
            self.arrived.clear()
            await self.arrived.wait()
        return self.all[:count]


class Procedures:
    """The procedures of the peer. All but `types` are those of JavaScriptPeer, too."""

    def __init__(self, session):
        self.session = session
        self.events = {}
        self.calls = {}
        self.interrupted = asyncio.Event()

    # As a callee

    async def echo(self, *args, details, **kwargs):
        return CallResult(*args, **kwargs)

    async def types(self, *args, details, **kwargs):
        return [described(list(args)), described(kwargs)]

    async def fail(self, error, *args, details, **kwargs):
        raise ApplicationError(error, *args, **kwargs)

    async def count(self, last, details):
        for number in range(1, last + 1):
            details.progress(number)
        return last

    async def hold(self, details):
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            self.interrupted.set()
            raise

    async def was_interrupted(self, details):
        await self.interrupted.wait()
        return True

    # As a caller

    async def call(self, procedure, args, kwargs, details):
        try:
            return result_of(await self.session.call(procedure, *args, **kwargs))
        except ApplicationError as error:
            return {"error": error.error, "args": list(error.args), "kwargs": error.kwargs}

    async def parts(self, procedure, args, details):
        parts = []
        final = await self.session.call(procedure, *args, options=CallOptions(on_progress=parts.append))
        return {"parts": parts, "final": final}

    async def start(self, procedure, details):
        self.calls[procedure] = self.session.call(procedure)

    async def cancel(self, procedure, details):
        self.calls[procedure].cancel()

    # As a publisher and subscriber

    async def publish(self, topic, args, kwargs, options, details):
        acknowledged = PublishOptions(acknowledge=True, **options)
        await self.session.publish(topic, *args, options=acknowledged, **kwargs)

    async def subscribe(self, topic, options, details):
        events = self.events[topic] = Events()
        await self.session.subscribe(events.add, topic, SubscribeOptions(details_arg="details", **options))

    async def seen(self, topic, count, details):
        return await self.events[topic].first(count)


class Peer(ApplicationSession):
    """Joins the realm, and tells when it has registered the procedures and when it is gone."""

    def __init__(self, config):
        super().__init__(config)
        self.joined = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()

    async def onJoin(self, details):
        procedures = Procedures(self)
        names = [name for name in dir(Procedures) if not name.startswith("_")]
        for name in names:
            uri = f"{self.config.extra['prefix']}.{name}"
            await self.register(getattr(procedures, name), uri, RegisterOptions(details_arg="details"))
        self.joined.set_result(None)

    def onUserError(self, fail, msg):
        if not self.joined.done():
            self.joined.set_exception(RuntimeError(str(fail)))

    def onDisconnect(self):
        self.gone.set()
        if not self.joined.done():
            self.joined.set_exception(RuntimeError("there is no session"))

    async def depart(self):
        if self.is_attached():
            self.leave()
        await asyncio.wait_for(self.gone.wait(), DEADLINE)


async def join(url, realm, prefix, serializer):
    peer = Peer(ComponentConfig(realm, {"prefix": prefix}))
    runner = ApplicationRunner(url, realm, serializers=[create_transport_serializer(serializer)])
    await runner.run(lambda _: peer, start_loop=False)
    await asyncio.wait_for(peer.joined, DEADLINE)
    return peer


async def main():
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    peer = None
    while line := await lines.readline():
        wanted = json.loads(line)
        failure = None
        try:
            if peer is not None:
                await peer.depart()
            peer = None if wanted is None else await join(**wanted)
        except Exception as error:
            failure = repr(error)
        print(json.dumps(failure), flush=True)


asyncio.run(main())
