"""How often one member may write: shared by pages and the API."""

SHARE_RATE = "10/h"
PRESS_RATE = "240/h"
