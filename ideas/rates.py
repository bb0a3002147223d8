"""How often one member may write: shared by pages and the API."""

SHARE_RATE = "10/h"
COMMENT_RATE = "30/h"
EDIT_RATE = "60/h"
PRESS_RATE = "240/h"
