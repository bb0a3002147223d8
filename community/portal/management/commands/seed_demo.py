"""`manage.py seed_demo`: a living branded community to look at."""

from typing import Any

from django.core.management.base import BaseCommand

from community.portal.demo.seed import demo_seed, login_lines


class Command(BaseCommand):
    """Writes the demo once and prints one login per role every time."""

    help = "Fill the default site with a demo community; harmless to repeat. Prints one login per role."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, then say who can sign in."""
        if not demo_seed(say=self.stdout.write):
            self.stdout.write("The demo is there already.")
        for line in login_lines():
            self.stdout.write(line)
