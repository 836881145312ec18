"""A shop's pages for real browsers, with the scripts of clients beside them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KINDS = {".js": "text/javascript", ".mjs": "text/javascript"}


@contextmanager
def pages(html: str, scripts: Path) -> Iterator[str]:
    """The address of a shop that has this page everywhere, and a folder under `/lib/`."""

    class Line(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            found = scripts / path.removeprefix("/lib/")
            is_file = path.startswith("/lib/") and found.is_file()
            body = found.read_bytes() if is_file else html.encode()
            self.send_response(200)
            self.send_header("content-type", KINDS[found.suffix] if is_file else "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
