"""What lies in deploy/ says what this program understands, and keeps what its limits promise."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from facekeep.settings import Settings
from facekeep.web.limits import ARRIVES_WITHIN_S, PICTURES_BYTES
from facekeep.web.server import FILES, HEADERS_WITHIN_MS
from scripts import wheelhouse
from tests.house.test_docs_commands import parse
from tests.house.walk import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
CONTAINERFILE = DEPLOY / "container" / "Containerfile"
COMPOSE = DEPLOY / "container" / "compose.yaml"
NGINX = DEPLOY / "nginx" / "facekeep.conf"
VARIABLE = re.compile(r"\bFACEKEEP_([A-Z_]+)\b")
PROGRAM = "/opt/facekeep/bin/facekeep "

HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "PrivateDevices": "yes", "CapabilityBoundingSet": "", "RestrictNamespaces": "yes", "UMask": "0077",
    "LimitCORE": "0", "MemorySwapMax": "0", "User": "facekeep", "ProtectKernelTunables": "yes",
}  # fmt: skip


def files() -> list[Path]:
    return sorted(path for path in DEPLOY.rglob("*") if path.is_file())


def unit(path: Path) -> dict[str, list[str]]:
    """A unit's keys, each with all its values."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            found.setdefault(name, []).append(value)
    return found


def compose() -> Any:
    return yaml.safe_load(COMPOSE.read_text("utf-8"))


def directives(text: str) -> Iterator[list[str]]:
    """nginx directives, comments left out."""
    for line in text.splitlines():
        words = line.partition("#")[0].strip().rstrip(";{").split()
        if words:
            yield words


# -- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", files(), ids=lambda path: path.name)
def test_variables_exist(file: Path) -> None:
    """A variable we do not read would be believed to be set."""
    named = {name.lower() for name in VARIABLE.findall(file.read_text("utf-8"))}
    assert named <= set(Settings.model_fields)


def test_the_environment_file_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its values too, and it asks for production."""
    for line in (DEPLOY / "systemd" / "facekeep.env").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            (assignment,) = shlex.split(line)
            monkeypatch.setenv(*assignment.split("=", 1))
    settings = Settings()
    assert settings.mode == "production"
    assert settings.trusted_proxies
    assert settings.witness


def commands() -> Iterator[str]:
    """Every call of the program in units and container files."""
    for path in UNITS:
        for line in unit(path)["ExecStart"]:
            assert line.startswith(PROGRAM)
            yield line.removeprefix(PROGRAM)
    yield from re.findall(r"^CMD \[\"(\w+)\"\]", CONTAINERFILE.read_text("utf-8"), re.MULTILINE)
    yield from re.findall(r"--rm facekeep (.*)$", COMPOSE.read_text("utf-8"), re.MULTILINE)


def test_commands_are_understood() -> None:
    """By the real command tree."""
    found = list(commands())
    assert len(found) == 4
    assert [parse(shlex.split(line), lenient=False) for line in found] == [None] * 4


# -- systemd --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_hardened(path: Path) -> None:
    """No capability, no other folder, no core dump, no swap."""
    found = unit(path)
    assert {name: found.get(name, [None])[-1] for name in HARDENED} == HARDENED


def test_the_passphrase_is_a_credential() -> None:
    """Never a variable, never in the home's folder; the backup needs none."""
    service, backup = (
        unit(DEPLOY / "systemd" / f"{n}.service") for n in ("facekeep", "facekeep-backup")
    )
    assert service["LoadCredential"] == ["passphrase:/etc/facekeep/passphrase"]
    assert "FACEKEEP_PASSPHRASE_FILE=%d/passphrase" in service["Environment"]
    assert "LoadCredential" not in backup
    assert not any("PASSPHRASE" in value for value in backup["Environment"])


def test_the_service_may_write_the_backup() -> None:
    """It carries the command out itself while it runs."""
    folder = unit(DEPLOY / "systemd" / "facekeep-backup.service")["ExecStart"][0].split()[3]
    assert folder in unit(DEPLOY / "systemd" / "facekeep.service")["ReadWritePaths"][0].split()


def test_units_open_files_enough() -> None:
    """As many as the server takes."""
    assert int(unit(DEPLOY / "systemd" / "facekeep.service")["LimitNOFILE"][0]) >= FILES


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize(
    "path", [*UNITS, DEPLOY / "systemd" / "facekeep-backup.timer"], ids=lambda path: path.name
)
def test_systemd_understands_them(path: Path) -> None:
    """Only that the program is not installed here may be said."""
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True
    )
    said = [line for line in done.stderr.splitlines() if "facekeep" in line]
    assert [line for line in said if "is not executable" not in line] == []


# -- containers -----------------------------------------------------------------------------


def test_the_image_runs_as_nobody_and_fetches_nothing() -> None:
    """Two stages, a numeric account, and no step that needs a network."""
    text = CONTAINERFILE.read_text("utf-8")
    assert text.count("\nFROM ") == 2
    assert re.search(r"^USER (?!0)\d+:\d+$", text, re.MULTILINE)
    steps = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert not re.search(r"apt|apk|curl|wget|https?://(?!127\.0\.0\.1)|pip install|ADD ", steps)
    assert f"EXPOSE {Settings.model_fields['port'].default}" in text


def test_compose_takes_everything_away() -> None:
    """Read-only root, no capability, no port of the service's own, secrets by file."""
    document = compose()
    service = document["services"]["facekeep"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service
    assert service["ulimits"]["core"] == 0
    assert service["ulimits"]["nofile"] >= FILES
    assert service["memswap_limit"] == service["mem_limit"]  # no swap
    assert document["networks"]["inside"]["internal"] is True
    assert service["build"]["network"] == "none"
    assert not any("PASSPHRASE" in name and "FILE" not in name for name in service["environment"])


def test_compose_names_what_it_uses() -> None:
    """Volumes, networks, secrets and files it mentions are there."""
    document = compose()
    for service in document["services"].values():
        assert set(service.get("networks", ())) <= set(document["networks"])
        assert set(service.get("secrets", ())) <= set(document["secrets"])
        sources = [mount.split(":")[0] for mount in service["volumes"]]
        named = {source for source in sources if not source.startswith((".", "/"))}
        assert named <= set(document["volumes"])
    service = document["services"]["facekeep"]
    assert (COMPOSE.parent / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert "/etc/machine-id:/etc/machine-id:ro" in service["volumes"]  # or every restart is a clone


# -- nginx ----------------------------------------------------------------------------------


def test_the_proxys_limits_are_ours() -> None:
    """What we would refuse does not travel; what we take is not refused."""
    told = {words[0]: words[1:] for words in directives(NGINX.read_text("utf-8"))}
    assert told["client_max_body_size"] == [f"{PICTURES_BYTES >> 20}m"]
    assert told["client_header_timeout"] == [f"{HEADERS_WITHIN_MS // 1000}s"]
    assert told["client_body_timeout"] == [f"{ARRIVES_WITHIN_S:.0f}s"]
    assert told["ssl_protocols"] == ["TLSv1.2", "TLSv1.3"]


def test_no_photograph_rests_in_the_proxy() -> None:
    """Where bodies pass, nothing is buffered to a disk."""
    locations = re.findall(r"location (\S+) \{(.*?)\n    \}", NGINX.read_text("utf-8"), re.DOTALL)
    passing = {where: body for where, body in locations if where.startswith("/")}
    assert set(passing) == {"/", "/v1/sessions"}
    for body in passing.values():
        assert "proxy_request_buffering off;" in body
        assert "proxy_buffering off;" in body
        assert "X-Forwarded-For $remote_addr;" in body  # written, not added to


def test_no_log_of_the_proxy_names_anybody() -> None:
    """Neither path, query, address nor header; errors go nowhere."""
    text = NGINX.read_text("utf-8")
    (style,) = re.findall(r"log_format facekeep '([^']*)'", text)
    allowed = {"time_iso8601", "request_method", "status", "request_time", "request_length"}
    assert set(re.findall(r"\$(\w+)", style)) == allowed
    logs = [words for words in directives(text) if words[0] in ("access_log", "error_log")]
    assert all(words[1] in ("off", "/dev/null") or words[-1] == "facekeep" for words in logs)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx here")
def test_nginx_understands_it(tmp_path: Path) -> None:
    """With a certificate of its own in place of the operator's."""
    from tests.rooms.storage.test_readiness import pem_pair

    certificate, key = pem_pair(tmp_path)
    site = NGINX.read_text("utf-8").replace("/etc/facekeep/tls/faces.pem", str(certificate))
    site = site.replace("/etc/facekeep/tls/faces.key", str(key))
    site = site.replace("/var/log/nginx/facekeep.log", str(tmp_path / "log"))
    (tmp_path / "site.conf").write_text(site)
    paths = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy"))
    main = f"pid {tmp_path}/pid; error_log {tmp_path}/err; events {{}}\nhttp {{ {paths} include {tmp_path}/site.conf; }}\n"
    (tmp_path / "nginx.conf").write_text(main)
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# -- the wheelhouse -------------------------------------------------------------------------


def test_the_install_script_is_a_script() -> None:
    """And takes nothing from a network."""
    script = DEPLOY / "install.sh"
    subprocess.run(["sh", "-n", str(script)], check=True)
    text = script.read_text("utf-8")
    for flag in ("--no-index", "--require-hashes", "--no-deps", "sha256sum --check"):
        assert flag in text


def test_every_lock_of_the_product_is_gathered() -> None:
    """Build backends first."""
    assert wheelhouse.LOCKS == ("build", "run", "carriers")
    assert all((ROOT / "requirements" / f"{lock}.lock").is_file() for lock in wheelhouse.LOCKS)
    assert wheelhouse.INSTALL.is_file()


def test_a_filled_folder_is_refused(tmp_path: Path) -> None:
    """Something older might stay in it."""
    (tmp_path / "x").touch()
    with pytest.raises(SystemExit, match="not empty"):
        wheelhouse.main([str(tmp_path)])


def test_checksums_cover_every_file(tmp_path: Path) -> None:
    """As sha256sum reads them."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "facekeep-1.2.3-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "run.lock").write_bytes(b"lock")
    (tmp_path / "SHA256SUMS").write_text(wheelhouse._sums(tmp_path))
    check = ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"]
    subprocess.run(check, cwd=tmp_path, check=True)
    (tmp_path / "run.lock").write_bytes(b"lack")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 1
    pinned = wheelhouse._pinned(tmp_path / "wheels" / "facekeep-1.2.3-py3-none-any.whl")
    assert pinned.startswith("facekeep==1.2.3 --hash=sha256:")
