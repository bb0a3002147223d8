"""Bad values stop start-up with one sentence that names the variable; every variable is documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from community.settings import environment

ROOT = Path(__file__).resolve().parent.parent.parent
STRONG = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRODUCTION = {
    "SECRET_KEY": STRONG,
    "PUBLIC_URL": "https://community.example.com",
    "ALLOWED_HOSTS": "community.example.com",
    "CREDENTIALS_KEYS": "k1:dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "EMAIL_URL": "submission://user:secret@mail.example.com",
}


def start(settings: str, folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with nothing in its environment but `variables`."""
    given = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **variables}
    return subprocess.run(
        [sys.executable, "manage.py", *(command or ["check"])],
        env={**given, "DJANGO_SETTINGS_MODULE": f"community.settings.{settings}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/tertulia"),
        ("DATABASE_URL", "postgres://user:secret@db:5432/"),
        ("DATABASE_URL", "postgres://user:secret@db:port/tertulia"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://:secret@localhost/first"),
        ("SEARCH_URL", "ftp://search"),
        ("EMAIL_URL", "smtp://"),
        ("PUBLIC_URL", "community.example.com"),
        ("PORT", "80a"),
        ("PORT", "70000"),
        ("PAGE_THREADS", "0"),
        ("CPU_CORE", "4096"),
        ("CPU_CORE", "first"),
        ("WORKER_EMBEDDED", "maybe"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(name, value)
    parse = {
        "DATABASE_URL": lambda: environment.env_database(tmp_path),
        "REDIS_URL": environment.env_redis_url,
        "SEARCH_URL": lambda: environment.env_url(name, schemes=("http", "https")),
        "PUBLIC_URL": lambda: environment.env_url(name, schemes=("http", "https")),
        "EMAIL_URL": environment.env_email,
        "WORKER_EMBEDDED": lambda: environment.env_bool(name),
        "CPU_CORE": lambda: environment.env_core(name),
        "LOG_LEVEL": lambda: environment.env_choice(name, default="INFO", choices=("INFO", "ERROR")),
    }.get(name, lambda: environment.env_int(name, default=1, minimum=1, maximum=65535))

    with pytest.raises(environment.BadValueError) as refused:
        parse()

    sentence = str(refused.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "secret" not in sentence


def test_start_up_stops_with_that_sentence_alone(tmp_path: Path) -> None:
    stopped = start("dev", tmp_path, DATABASE_URL="mysql://root:secret@db/x")

    assert stopped.returncode == 1
    assert stopped.stderr.strip() == "DATABASE_URL must begin with postgres:// or postgresql:// or sqlite://."


@pytest.mark.parametrize("missing", ["SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(missing: str, tmp_path: Path) -> None:
    stopped = start("prod", tmp_path, **{**PRODUCTION, missing: ""})

    assert stopped.returncode == 1
    assert stopped.stderr.startswith(missing)
    assert stopped.stderr.count("\n") == 1


def test_production_passes_the_deployment_check(tmp_path: Path) -> None:
    done = start("prod", tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr


def test_an_address_becomes_database_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ana:p%40ss@db.internal:5433/tertulia?sslmode=require")

    database = environment.env_database(tmp_path)

    assert database["ENGINE"].endswith("postgresql")
    assert (database["USER"], database["PASSWORD"], database["HOST"]) == ("ana", "p@ss", "db.internal")
    assert (database["PORT"], database["NAME"]) == ("5433", "tertulia")
    assert database["OPTIONS"] == environment.POSTGRES_OPTIONS | {"sslmode": "require"}


def test_secrets_are_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    first = start("dev", tmp_path)
    made = (tmp_path / "secrets.env").read_text()
    second = start("dev", tmp_path)

    assert first.returncode == second.returncode == 0
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets.env").read_text() == made
    assert {"SECRET_KEY", "CREDENTIALS_KEYS"} == set(environment.read_env_file(tmp_path / "secrets.env"))


def test_a_file_of_variables_is_read_with_quotes_and_comments(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# mail\nEMAIL_FROM="Ana <ana@example.com>"\n\nexport PORT=8001\n')

    assert environment.read_env_file(file) == {"EMAIL_FROM": "Ana <ana@example.com>", "PORT": "8001"}

    file.write_text("PORT 8001\n")
    with pytest.raises(environment.BadValueError, match="line 1"):
        environment.read_env_file(file)


def variables_read() -> set[str]:
    """Every name that the settings ask `env…()` for, and those the commands read."""
    asked = re.compile(r"""env(?:_\w+)?\(\s*["']([A-Z_]+)["']|environ\.get\(\s*["']([A-Z_]+)["']""")
    folders = ["community", "forums", "ideas", "crm_sync", "search"]
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.name != "test.py"]
    found = {name for path in sources for pair in asked.findall(path.read_text()) for name in pair if name}
    return found | {"REDIS_URL", "DATABASE_URL", "EMAIL_URL"}


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    documented = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.M))

    assert documented == variables_read()
