"""The tables of the sync; `docs/adr/crm-desired-state.md` says why they are these."""

from crm_sync.models.accounts import AccountFact
from crm_sync.models.acts import StaffAct
from crm_sync.models.connections import CallWindow, Connection, Cursor, Installation, Lane
from crm_sync.models.links import Drift, Link, WriteLedger
from crm_sync.models.rules import Rule
from crm_sync.models.runs import Attempt, AttemptRow, Run
from crm_sync.models.sandbox import (
    SandboxAccount,
    SandboxCase,
    SandboxContact,
    SandboxFaults,
    SandboxIdea,
    SandboxNote,
    SandboxVote,
)
from crm_sync.models.work import CrmDirty, CrmTimeline

__all__ = [
    "AccountFact",
    "Attempt",
    "AttemptRow",
    "CallWindow",
    "Connection",
    "CrmDirty",
    "CrmTimeline",
    "Cursor",
    "Drift",
    "Installation",
    "Lane",
    "Link",
    "Rule",
    "Run",
    "SandboxAccount",
    "SandboxCase",
    "SandboxContact",
    "SandboxFaults",
    "SandboxIdea",
    "SandboxNote",
    "SandboxVote",
    "StaffAct",
    "WriteLedger",
]
