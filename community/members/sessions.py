"""Sessions in the database, read on each of a member's pages with a query made once (`SESSION_ENGINE`)."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from community.core.db.prepared import Columns, Prepared

_SESSION = Columns(Session, *(field.attname for field in Session._meta.concrete_fields))


def _sessions(key: str) -> QuerySet[Session, Any]:
    return Session.objects.filter(session_key=key).values_list(*_SESSION.names)


_read_session = Prepared(_sessions, word="key")


class SessionStore(db.SessionStore):
    """Django's, but for how it is read."""

    def _get_session_from_db(self) -> Session | None:
        for row in _read_session(key=self.session_key):
            session: Session = _SESSION.loaded(row)
            if session.expire_date > timezone.now():
                return session
        self._session_key = None
        return None
