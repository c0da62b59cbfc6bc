"""A real kernel that is sent what a browser sends, with a stopwatch beside it."""

import json
from ast import literal_eval
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from subprocess import DEVNULL
from time import perf_counter
from typing import Any

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What one change cost: seconds from the message to an idle kernel, and what came back.

    ``messages`` counts, by comm, those that set a widget's state; ``size`` is in bytes of JSON.
    """

    seconds: float
    size: int
    messages: Counter[str]


class Kernel:
    """A running kernel; made by ``running_kernel``."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self._client = client

    def run(self, code: str) -> None:
        """Run `code`; raises RuntimeError with what it said where it fails."""
        self._reply(self._client.execute(code, store_history=False))

    def value(self, expression: str) -> Any:
        """The value of an expression that gives JSON."""
        asked = {"value": f"__import__('json').dumps({expression})"}
        reply = self._reply(self._client.execute("", silent=True, user_expressions=asked))
        result = reply["user_expressions"]["value"]
        if result["status"] != "ok":
            raise RuntimeError(f"{expression}: {result['ename']}: {result['evalue']}")
        return json.loads(literal_eval(result["data"]["text/plain"]))

    def change(self, comm: str, data: dict[str, Any]) -> Answer:
        """Send a widget the message of a change, and wait until the kernel has done with it."""
        client = self._client
        message = client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        start = perf_counter()
        client.shell_channel.send(message)
        answers = list(self._until_idle(message["header"]["msg_id"]))
        seconds = perf_counter() - start
        updated = Counter(
            answer["content"]["comm_id"]
            for answer in answers
            if answer["msg_type"] == "comm_msg" and answer["content"]["data"]["method"] == "update"
        )
        texts = [json.dumps(answer["content"], ensure_ascii=False) for answer in answers]
        return Answer(seconds, sum(len(text.encode()) for text in texts), updated)

    def _reply(self, asked: str) -> dict[str, Any]:
        list(self._until_idle(asked))
        reply = self._client.get_shell_msg(timeout=_SECONDS)
        while reply["parent_header"].get("msg_id") != asked:
            reply = self._client.get_shell_msg(timeout=_SECONDS)
        content = reply["content"]
        if content["status"] != "ok":
            raise RuntimeError("\n".join(content.get("traceback", [])) or str(content))
        return content

    def _until_idle(self, asked: str) -> Iterator[dict[str, Any]]:
        """The messages that answer `asked`, statuses left out."""
        while True:
            message = self._client.get_iopub_msg(timeout=_SECONDS)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] != "status":
                yield message
            elif message["content"]["execution_state"] == "idle":
                return


@contextmanager
def running_kernel() -> Iterator[Kernel]:
    """A kernel of this Python, stopped at the end; what it writes to stderr itself is dropped."""
    manager, client = start_new_kernel(kernel_name="python3", stderr=DEVNULL)
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
