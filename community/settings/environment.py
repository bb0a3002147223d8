"""The one door to environment variables, so that a bad value stops start-up with a sentence that names it.

Values come from the process's environment, then from `.env`, then from `var/secrets.env` (what `make run` generated).
Tests read the process's environment only.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent.parent
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class BadValueError(SystemExit):
    """A variable holds what we cannot use.

    A SystemExit, because its text alone (no traceback) then reaches the terminal whoever imports the settings:
    manage.py, the web server or Celery.
    """

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name} {sentence}")


def read_env_file(path: Path) -> dict[str, str]:
    """Return the `NAME=value` lines of `path`, without quotes round values; empty when there is no such file."""
    values: dict[str, str] = {}
    if not path.is_file():
        return values
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            raise BadValueError(str(path), f"has a line that is not NAME=value: line {number}.")
        values[name.strip()] = value.strip().strip("\"'")
    return values


_files: dict[str, str] = {}


def var_dir() -> Path:
    """Return where this installation keeps its files: VAR_DIR, or `var/` beside the code."""
    return Path(env("VAR_DIR") or BASE_DIR / "var")


def read_files() -> None:
    """Read `.env`, then the generated secrets (again, once they are made); tests read neither."""
    if os.environ.get("DJANGO_SETTINGS_MODULE") != "community.settings.test":
        _files.update(read_env_file(BASE_DIR / ".env"))
        _files.update({**read_env_file(var_dir() / "secrets.env"), **_files})


def env(name: str, default: str = "") -> str:
    """Return the variable `name`, or `default` when it is unset or empty."""
    return os.environ.get(name) or _files.get(name) or default


read_files()


def env_bool(name: str, *, default: bool = False) -> bool:
    """Return the variable as yes or no."""
    value = env(name).lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise BadValueError(name, f"must be 1 or 0, not {value!r}.")
    return value in _TRUE


def env_int(name: str, *, default: int, minimum: int, maximum: int) -> int:
    """Return the variable as a whole number within bounds."""
    value = env(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not minimum <= int(value) <= maximum:
        raise BadValueError(name, f"must be a whole number from {minimum} to {maximum}, not {value!r}.")
    return int(value)


def env_core(name: str) -> int | None:
    """Return the variable as the number of a processor core this process may use, None when it is empty."""
    value = env(name)
    if not value:
        return None
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if value not in map(str, cores):
        raise BadValueError(name, f"must be empty or one of {', '.join(map(str, cores)) or 'none'}, not {value!r}.")
    return int(value)


def env_list(name: str, *, default: str = "") -> list[str]:
    """Return the variable's comma-separated values."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def env_choice(name: str, *, default: str, choices: tuple[str, ...]) -> str:
    """Return the variable, which must be one of `choices`."""
    value = env(name, default)
    if value not in choices:
        raise BadValueError(name, f"must be one of {', '.join(choices)}, not {value!r}.")
    return value


def _split(name: str, value: str, schemes: tuple[str, ...]) -> SplitResult:
    """Return the parts of an address; the sentence on a bad one never repeats the value: it may hold a password."""
    wanted = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  a port that is no number raises here
    except ValueError:
        raise BadValueError(name, f"is not a valid address; it should begin with {wanted}.") from None
    if parts.scheme not in schemes:
        raise BadValueError(name, f"must begin with {wanted}.")
    return parts


def env_url(name: str, *, schemes: tuple[str, ...]) -> str:
    """Return the variable, an address with a host and one of `schemes`; empty when it is unset."""
    value = env(name)
    if value and not _split(name, value, schemes).hostname:
        raise BadValueError(name, "names no host.")
    return value


def env_redis_url() -> str:
    """Return REDIS_URL (`redis://[:password@]host[:port][/number]` or `rediss://`); empty when it is unset."""
    value = env_url("REDIS_URL", schemes=("redis", "rediss"))
    number = urlsplit(value).path.strip("/")
    if number and not number.isdigit():
        raise BadValueError("REDIS_URL", "ends in a database that is not a number.")
    return value


POSTGRES_OPTIONS = {"server_side_binding": True, "prepare_threshold": 5, "options": "-c enable_memoize=off"}
"""PostgreSQL keeps the plan of a query asked for the sixth time on a connection: of a topic page that saves two thirds
of the server's time. Memoize off: a forum list took half of it again on a million posts."""


def env_database(folder: Path) -> dict[str, Any]:
    """Return Django's settings for DATABASE_URL: `postgres://…`, `sqlite:///file` or, unset, a file in `folder`."""
    value = env("DATABASE_URL")
    if not value:
        return _sqlite(folder / "tertulia.sqlite3")
    parts = _split("DATABASE_URL", value, ("postgres", "postgresql", "sqlite"))
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise BadValueError("DATABASE_URL", "names no database: the part after the host and its slash is empty.")
    if parts.scheme == "sqlite":
        return _sqlite(Path(name) if name.startswith("/") else BASE_DIR / name)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "community.core.db.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,  # page threads are kept, and so are their connections
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": POSTGRES_OPTIONS | options,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    """IMMEDIATE: with deferred transactions most read-then-write ones failed as "database is locked"."""
    return {
        "ENGINE": "community.core.db.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def env_email() -> dict[str, Any]:
    """Return Django's mail settings for EMAIL_URL: `smtp://[user:password@]host[:port]`, `smtps://…`, `submission://…`."""
    value = env("EMAIL_URL")
    if not value:
        return {}
    parts = _split("EMAIL_URL", value, ("smtp", "smtps", "submission"))
    if not parts.hostname:
        raise BadValueError("EMAIL_URL", "names no host.")
    usual = {"smtp": 25, "smtps": 465, "submission": 587}[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or usual,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "submission",
        "EMAIL_TIMEOUT": 20,
    }
