"""A conversation with a real language server over stdio."""

from __future__ import annotations

import json
import subprocess
import threading
from queue import Queue
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

TIMEOUT = 60


class LanguageServer:
    """Starts the server, answers what it asks, and hands on what it says."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._answers: dict[int, Queue[Any]] = {}
        self._diagnostics: dict[str, Queue[list[dict[str, Any]]]] = {}
        self._next = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.tell("initialized", {})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(TIMEOUT)
        self._reader.join(TIMEOUT)
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def open(self, uri: str, text: str) -> list[dict[str, Any]]:
        """Open a document; return what the server has to say about it."""
        waiting = self._diagnostics.setdefault(uri, Queue())
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return waiting.get(timeout=TIMEOUT)

    def complete(self, uri: str, line: int, character: int) -> list[str]:
        """What the server offers at a place."""
        position = {"line": line, "character": character}
        answer = self.ask(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": position}
        )
        return [item["label"] for item in answer["items"]]

    def hover(self, uri: str, line: int, character: int) -> str:
        """What the server explains at a place."""
        position = {"line": line, "character": character}
        answer = self.ask(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": position}
        )
        return str(answer["contents"]["value"])

    def ask(self, method: str, parameters: object) -> Any:
        """Send a request and wait for its answer."""
        self._next += 1
        answer: Queue[Any] = Queue()
        self._answers[self._next] = answer
        self._send({"id": self._next, "method": method, "params": parameters})
        return answer.get(timeout=TIMEOUT)

    def tell(self, method: str, parameters: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self._receive(json.loads(stream.read(length)))

    def _receive(self, message: dict[str, Any]) -> None:
        if "method" in message and "id" in message:
            items = (message.get("params") or {}).get("items", [])
            self._send({"id": message["id"], "result": [None] * len(items) if items else None})
        elif message.get("method") == "textDocument/publishDiagnostics":
            found = message["params"]
            self._diagnostics.setdefault(found["uri"], Queue()).put(found["diagnostics"])
        elif message.get("id") in self._answers:
            self._answers.pop(message["id"]).put(message.get("result"))
