"""What feeds have in common."""


def printable(text: str) -> str:
    """Return the text without characters that XML cannot hold."""
    return "".join(char for char in text if char >= " " and char not in "\ufffe\uffff")
