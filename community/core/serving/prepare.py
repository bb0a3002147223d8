"""What must be in place before the first page: texts, tables, demo content, static files. Each only when it changed."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from community.core.catalogues import compile_catalogues
from community.core.fingerprint import Stamp, of_contents, of_stats

Say = Callable[[str], None]


def prepare(say: Say, *, demo: bool) -> None:
    """Bring texts, database and static files up to date; `say` hears a line for each thing that had to be done."""
    if compile_catalogues([Path(folder) for folder in settings.LOCALE_PATHS]):
        say("compiled the translations")
    _migrate(say)
    if demo:
        _seed(say)
    if not settings.DEBUG:
        _collect_static(say)


def _stamp(name: str) -> Stamp:
    return Stamp(settings.VAR_DIR / "stamps" / name)


def _database() -> str:
    """Return which database this is; a file beside the stamps stays the same when its folder is moved or copied."""
    name = Path(str(connection.settings_dict["NAME"]))
    return str(name.relative_to(settings.VAR_DIR) if name.is_relative_to(settings.VAR_DIR) else name)


def _migrate(say: Say) -> None:
    """Migrate when a migration is missing, or when code that runs after migrating changed."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    state = of_contents(_what_migrate_depends_on(), _database())
    if not missing and _stamp("migrated").matches(state):
        return
    say("bringing the database up to date")
    call_command("migrate", verbosity=0, interactive=False)
    _stamp("migrated").set(state)


def _what_migrate_depends_on() -> list[Path]:
    folders = [
        Path(config.path) for config in apps.get_app_configs() if Path(config.path).is_relative_to(settings.BASE_DIR)
    ]
    sources = [path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts]
    return [path for path in sources if path.name == "models.py" or b"post_migrate" in path.read_bytes()]


def _seed(say: Say) -> None:
    """Fill a database that never was: once, so that what an owner deletes stays deleted."""
    state = _database()
    if "seed_demo" not in get_commands() or _stamp("seeded").matches(state):
        return
    say("writing the demo content")
    call_command("seed_demo", verbosity=0, stdout=StringIO())
    _stamp("seeded").set(state)


def _collect_static(say: Say) -> None:
    found = [Path(storage.path(name)) for finder in finders.get_finders() for name, storage in finder.list([])]
    state = of_stats(found, settings.STORAGES["staticfiles"]["BACKEND"])
    if _stamp("static").matches(state) and (settings.STATIC_ROOT / "staticfiles.json").exists():
        return
    say("collecting and compressing styles and scripts")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    _stamp("static").set(state)
