"""Who brings operations: an app names its router at start-up, and it is read when the addresses are built."""

routers: list[str] = []


def register_operations(router: str) -> None:
    """Serve the operations of `router`, the dotted name of a `community.api.operations.Operations`."""
    if router not in routers:
        routers.append(router)
