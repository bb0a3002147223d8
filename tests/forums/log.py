"""What the log holds, for asserts."""

from community.activity.models import Activity


def recorded(*types: str) -> list[tuple[str, int]]:
    """Return (type without app, subject id) of the activities of these types (all of the forums' if none), in order."""
    found = Activity.objects.filter(type__startswith="forums.").order_by("id").values_list("type", "subject_id")
    short = [(name.removeprefix("forums."), subject_id) for name, subject_id in found]
    return [row for row in short if not types or row[0] in types]


def last_activity(type_name: str) -> Activity:
    """Return the newest activity of a type of the forums."""
    return Activity.objects.filter(type=f"forums.{type_name}").latest("id")
