"""What search keeps in our own database."""

from search.models.events import DaySalt, EventKind, Persona, SearchEvent, Surface
from search.models.synonyms import SynonymGroup
from search.models.work import SearchDirty

__all__ = ["DaySalt", "EventKind", "Persona", "SearchDirty", "SearchEvent", "Surface", "SynonymGroup"]
