"""``jiaofei ui`` and ``jiaofei docs``: the two servers, on loopback only."""

from __future__ import annotations

import functools
import http.server
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.console import Home, errors
from dagster_project.settings import PROJECT_ROOT, load_settings

LOOPBACK = "127.0.0.1"


def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000, home: Home = None
) -> None:
    """Start the Dagster UI on 127.0.0.1 (编排界面)."""
    from dagster_project.lib.instance import prepare_instance

    prepare_instance(load_settings(home))
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.chdir(PROJECT_ROOT)
    os.execv(dagster, [dagster, "dev", "--host", LOOPBACK, "--port", str(port)])


def docs(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8080, home: Home = None
) -> None:
    """Generate the dbt docs and serve them on 127.0.0.1 (数据文档)."""
    from dagster_project.lib.dbt_docs import generate_docs

    folder = generate_docs(load_settings(home))
    errors.print(f"dbt docs on http://{LOOPBACK}:{port} (Ctrl+C ends)", highlight=False)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer((LOOPBACK, port), handler) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            errors.print("ended")
