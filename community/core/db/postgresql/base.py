"""Django's PostgreSQL, without a question at the start of each request.

A kept connection is checked before a request uses it (`CONN_HEALTH_CHECKS`), by a query: a tenth of all the time a
topic page spends on queries. When the server ends a connection it says so on the socket, which costs nothing to see;
only where something waits there the query is asked.
"""

import select

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket before it asks."""

    def is_usable(self) -> bool:
        """Tell whether the connection works. Queries: 0; 1 where something waits on the socket."""
        if self.connection is None or self.connection.pgconn.status != ConnStatus.OK:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0) or super().is_usable()
