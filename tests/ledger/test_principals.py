"""Roles: what a principal may do is said, and nothing is implied."""

from typing import get_args

import pytest

from ledger.faults import Forbidden
from ledger.principals import OWNER, ROLES, Principal, Role


def test_the_owner_of_a_single_ledger_may_do_everything() -> None:
    for role in get_args(Role):
        OWNER.require(role)
    assert OWNER.roles == ROLES


def test_a_role_that_is_not_there_is_refused_with_both_names() -> None:
    someone = Principal("bank", "kim", frozenset({"scorer"}))

    someone.require("scorer")
    with pytest.raises(Forbidden, match="'kim' has scorer, not approver"):
        someone.require("approver")
    with pytest.raises(Forbidden, match="no role"):
        Principal("bank", "lee").require("admin")
