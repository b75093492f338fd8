"""Answering over HTTP: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "help.serve": (
        ("通过 HTTP 提供服务，直到被停止\n\n"
        "一个进程占有一个保管库；服务运行时，命令行的其他命令通过本机套接字与它对话。接口说明见 /docs。\n"
        "$ facekeep --home H serve\n"
        "$ facekeep --home H serve --host 0.0.0.0 --tls-certificate gate.pem --tls-key gate.key"),
        ("Answer over HTTP until told to stop\n\n"
        "One process owns a home; while it runs, other commands speak to it through a local socket. What may be"
        " asked is at /docs.\n"
        "$ facekeep --home H serve\n"
        "$ facekeep --home H serve --host 0.0.0.0 --tls-certificate gate.pem --tls-key gate.key"),
    ),
    "option.host": ("监听的地址，默认仅限本机", "Address to listen on; this machine alone where left out"),
    "option.port": ("端口，默认 8430", "Port; 8430 where left out"),
    "option.tls_certificate": ("TLS 证书链（PEM）", "TLS certificate chain (PEM)"),
    "option.tls_key": ("TLS 私钥（PEM）", "TLS private key (PEM)"),
    "serve.started": ("已开始服务", "Serving"),
    "elsewhere.goes_on": (
        "服务会把已经开始的事做完。", "The service brings to its end what it has begun."
    ),
    "serve.stop": ("按 Ctrl-C 停止。", "Ctrl-C stops it."),
}  # fmt: skip
