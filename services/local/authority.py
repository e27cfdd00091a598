"""A certificate authority of one checkout: made once, signs certificates of broker and API for loopback."""

import shutil
import subprocess
from pathlib import Path

AUTHORITY_DAYS, SERVER_DAYS = 3650, 397
_RENEW_S = 30 * 86_400  # a certificate with less than this left is made anew
_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"


def find_openssl() -> Path | None:
    """The command that makes keys and certificates."""
    found = shutil.which("openssl")
    return Path(found) if found else None


def ensure(folder: Path) -> None:
    """Makes ca.pem, server.pem and server.key in a folder where they are missing or run out."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _lasts(folder / "ca.pem"):
        _make_authority(folder)
        (folder / "server.pem").unlink(missing_ok=True)
    if not _lasts(folder / "server.pem"):
        _make_server(folder, folder)


def issue(authority: Path, folder: Path) -> None:
    """Makes server.pem and server.key in another folder, signed by the authority of the first, where they are
    missing, run out, or are of an authority that was made anew.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (_lasts(folder / "server.pem") and _is_of(authority / "ca.pem", folder / "server.pem")):
        _make_server(folder, authority)


def _make_authority(folder: Path) -> None:
    _openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"),
        *("-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem"), "-days", str(AUTHORITY_DAYS)),
        *("-subj", "/CN=Hai Dang local authority", "-addext", "basicConstraints=critical,CA:TRUE"),
    )


def _make_server(folder: Path, authority: Path) -> None:
    request, names = folder / "server.csr", folder / "names"
    names.write_text(_NAMES + "\n", encoding="utf-8")
    _openssl(
        *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=localhost"),
        *("-keyout", str(folder / "server.key"), "-out", str(request)),
    )
    _openssl(
        *(
            "x509",
            "-req",
            "-in",
            str(request),
            "-CA",
            str(authority / "ca.pem"),
            "-CAkey",
            str(authority / "ca.key"),
        ),
        *("-CAcreateserial", "-out", str(folder / "server.pem"), "-days", str(SERVER_DAYS)),
        *("-extfile", str(names)),
    )


def _lasts(certificate: Path) -> bool:
    if not certificate.exists():
        return False
    check = ["openssl", "x509", "-noout", "-checkend", str(_RENEW_S), "-in", str(certificate)]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _is_of(authority: Path, certificate: Path) -> bool:
    check = ["openssl", "verify", "-CAfile", str(authority), str(certificate)]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)
