"""What search keeps in our own database."""

from search.models.events import EventKind, Persona, SearchEvent, Surface
from search.models.synonyms import SynonymGroup
from search.models.work import SearchDirty

__all__ = ["EventKind", "Persona", "SearchDirty", "SearchEvent", "Surface", "SynonymGroup"]
