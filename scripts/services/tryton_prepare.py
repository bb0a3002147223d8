"""Fill a new Tryton database, through its own API, with what the connector needs; print the logins as variables.

usage: tryton_prepare.py RPC_URL ADMIN_PASSWORD_FILE

Makes a company, a complaint type whose origin is a sale, a login with no more rights than the sync needs
(groups Sales and Sale Opportunity) and a login of a support colleague who decides complaints (Sales Administrator).
Standard library only: it runs under any Python, outside the server's environment.
"""

import base64
import json
import secrets
import sys
import urllib.request
from pathlib import Path
from typing import Any


class Rpc:
    """JSON-RPC calls of one session."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.headers = {"Content-Type": "application/json"}

    def post(self, method: str, *params: Any) -> Any:
        """Return the result of a call. Raises: RuntimeError when the server refuses."""
        body = json.dumps({"id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(self.url, body, self.headers)  # noqa: S310 the caller gives a loopback address
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            answer = json.loads(reply.read())
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def login(self, user: str, password: str) -> int:
        """Open a session. Returns the user's id."""
        user_id, key, *_ = self.post("common.db.login", user, {"password": password})
        session = base64.b64encode(f"{user}:{user_id}:{key}".encode()).decode()
        self.headers["Authorization"] = f"Session {session}"
        return int(user_id)

    def call(self, model: str, method: str, *params: Any) -> Any:
        """Call a method of a model."""
        return self.post(f"model.{model}.{method}", *params, {})

    def create(self, model: str, **values: Any) -> int:
        """Create one record. Returns its id."""
        return int(self.call(model, "create", [values])[0])


def prepare(rpc: Rpc, admin_id: int) -> dict[str, str]:
    """Create company, complaint type and logins. Returns the variables to print."""
    rate = {"__class__": "Decimal", "decimal": "1"}
    currency = rpc.create(
        "currency.currency", name="Euro", symbol="€", code="EUR", rates=[["create", [{"rate": rate}]]]
    )
    party = rpc.create("party.party", name="Ostler", code="company")
    company = rpc.create("company.company", party=party, currency=currency)
    rpc.call("res.user", "write", [admin_id], {"companies": [["add", [company]]], "company": company})
    origin = rpc.call("ir.model", "search", [["name", "=", "sale.sale"]])[0]
    rpc.create("sale.complaint.type", name="Community question", origin=origin)
    variables = {}
    for login, group in (("tertulia", "Sales"), ("support", "Sales Administrator")):
        groups = rpc.call("res.group", "search", [["name", "in", ["Sales", "Sale Opportunity", group]]])
        password = secrets.token_urlsafe(24)
        rpc.create(
            "res.user",
            name=login.title(),
            login=login,
            password=password,
            groups=[["add", groups]],
            companies=[["add", [company]]],
            company=company,
        )
        prefix = "TRYTON" if login == "tertulia" else "TRYTON_SUPPORT"
        variables |= {f"{prefix}_USER": login, f"{prefix}_PASSWORD": password}
    return variables


def main(url: str, password_file: str) -> None:
    """Prepare the server at `url`."""
    rpc = Rpc(url)
    password = Path(password_file).read_text().strip()
    variables = prepare(rpc, rpc.login("admin", password))
    variables |= {"TRYTON_ADMIN_USER": "admin", "TRYTON_ADMIN_PASSWORD": password}
    sys.stdout.writelines(f"{name}={value}\n" for name, value in variables.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
