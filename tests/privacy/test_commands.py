"""`manage.py export_member` and `erase_member`: for whom asks by letter."""

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from community.members.models import Member
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def test_the_export_is_one_file_only_its_owner_reads(tmp_path: Path) -> None:
    member = MemberFactory(handle="marta")

    call_command("export_member", "@Marta", str(tmp_path), stdout=StringIO())

    file = tmp_path / "marta.json"
    assert json.loads(file.read_text())["data"]["members"]["profile"]["email"] == member.email
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="there already"):
        call_command("export_member", "marta", str(file))


def test_a_wrong_handle_and_a_wrong_folder_are_said(tmp_path: Path) -> None:
    MemberFactory(handle="marta")

    with pytest.raises(CommandError, match="Nobody here has the handle 'nobody'"):
        call_command("export_member", "nobody", str(tmp_path))
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("export_member", "marta", str(tmp_path / "gone" / "file.json"))


def test_a_rehearsal_says_what_there_is_and_erases_nothing() -> None:
    member, said = MemberFactory(handle="marta"), StringIO()

    call_command("erase_member", "marta", "--dry-run", stdout=said)

    assert "profile 1" in said.getvalue()
    assert member.name not in said.getvalue()
    assert Member.objects.get(pk=member.pk).name == member.name


def test_erasing_asks_for_the_handle_and_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    member = MemberFactory(handle="marta")
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    with pytest.raises(CommandError, match="not the handle"):
        call_command("erase_member", "marta", stdout=StringIO())
    assert Member.objects.get(pk=member.pk).state == "active"

    call_command("erase_member", "marta", "--no-input", stdout=StringIO())

    assert Member.objects.get(pk=member.pk).state == "erased"
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("erase_member", "marta", "--no-input")
