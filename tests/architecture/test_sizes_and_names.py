"""A function fits a screen, a module stays readable, and nothing is called helpers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("community", "forums", "ideas", "crm_sync", "search", "bench")
FUNCTION_LINES = 40
MODULE_LINES = 400
VAGUE_NAMES = {"utils.py", "util.py", "helpers.py", "manager.py", "managers.py", "misc.py", "common.py"}
PHYSICAL = re.compile(
    r"(?<![\w-])("
    r"(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top|bottom)"
    r"|(min-|max-)?(width|height)"
    r"|left|right|top|bottom"
    r"|border-(top|bottom)-(left|right)-radius"
    r")\s*:|(text-align|float|clear)\s*:\s*(left|right)"
)


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long a function is, without its docstring: a sentence about units is not a reason to split."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    described = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - described


def test_functions_fit_a_screen() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines_of(node)} lines"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > FUNCTION_LINES
    ]

    assert not too_long, f"split by verb, at most {FUNCTION_LINES} lines:\n" + "\n".join(too_long)


def test_modules_stay_readable() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in sources()}
    too_long = [f"{path} has {lines} lines" for path, lines in lengths.items() if lines > MODULE_LINES]

    assert not too_long, f"split by verb, at most {MODULE_LINES} lines:\n" + "\n".join(too_long)


def test_the_common_settings_stay_short() -> None:
    assert len((ROOT / "community/settings/base.py").read_text().splitlines()) < 200


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(ROOT)) for path in sources() if path.name in VAGUE_NAMES]

    assert not vague, "name it by what it does: " + ", ".join(vague)


def test_style_sheets_know_start_and_end_and_never_left_and_right() -> None:
    """Mail is the exception: its readers know physical properties only."""
    wrong = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.css"))
        if "vendor" not in path.parts and not path.name.startswith("mail")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if not line.lstrip().startswith("@") and PHYSICAL.search(line.partition("/*")[0])
    ]

    assert not wrong, "use the logical property (inline-size, margin-block-start, …):\n" + "\n".join(wrong)
