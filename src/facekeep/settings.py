"""Settings: one frozen object, and the only reader of the environment."""

from __future__ import annotations

import locale
import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Language = Literal["zh", "en"]
Mode = Literal["development", "production"]


class Settings(BaseSettings):
    """What an operator may set, as ``FACEKEEP_…`` variables. A typo is refused by name.

    ``custody`` is where the slot, the anchor and the signing key of homes lie: outside every home
    and every backup. ``models`` keeps model files by digest; ``cache`` only what can be rebuilt.
    ``trusted_proxies`` are the networks whose ``X-Forwarded-For`` and TLS we take on trust.
    ``origin`` is the address people reach us at, such as ``https://faces.example``: passkeys are bound to it.
    ``witness`` says who outside remembers the ledger's head: ``file:PATH``, ``https://…`` or ``printed``.
    ``log_clients`` writes the network a request came from (/24 or /48) behind its log line, or nothing.
    ``webhook`` is the operator's address for notices to people, signed with the secret in its file.
    """

    model_config = SettingsConfigDict(env_prefix="FACEKEEP_", frozen=True, extra="ignore")

    home: Path | None = None
    passphrase: SecretStr | None = None
    passphrase_file: Path | None = None
    officer_passphrase: SecretStr | None = None
    officer_passphrase_file: Path | None = None
    custody: Path = Field(
        default_factory=lambda: Path(platformdirs.user_state_dir("facekeep")) / "custody"
    )
    models: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("facekeep")) / "models"
    )
    cache: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("facekeep")))
    lang: Language | None = None
    threads: int = Field(default=2, ge=1, le=64)

    mode: Mode = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8430, ge=0, le=65_535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    origin: str = ""
    witness: str | None = None
    webhook: str | None = None
    webhook_secret_file: Path | None = None
    log_format: Literal["console", "json"] = "console"
    log_clients: Literal["none", "network"] = "none"

    @property
    def language(self) -> Language:
        """zh or en: what was set, else what the locale says."""
        return self.lang or _language_of_locale()


def _language_of_locale() -> Language:
    named = next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    named = named or (locale.getlocale()[0] or "")
    return "zh" if named.lower().startswith("zh") else "en"
