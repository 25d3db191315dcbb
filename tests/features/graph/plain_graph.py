"""What every measure of the graph means: slow, in plain Python, from rows of the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import combinations, permutations
from math import exp, log

from features.sources import ASKED, PARTIES, STALE_DAYS, Source
from tests.features.plain_claims import known
from tests.features.worlds_of_facts import DAY, Row, World

Key = tuple[str, str, str | None]
Pair = tuple[str, str]


class PlainGraph:
    """A book as known on a day."""

    def __init__(self, world: World, day: int) -> None:
        self.world, self.day = world, day

    def facts(self, kind: str) -> list[Row]:
        return known(self.world.facts.get(kind, ()), self.day, self.world.time_zone)

    def sales(self, days: int) -> dict[Pair, int]:
        """Positive flows, from the seller to the buyer."""
        states: dict[str, Row] = {}
        for row in sorted(self.facts("invoice_status"), key=lambda r: (r["happened_at"], r["seq"])):
            states[row["invoice"]] = row
        flows: dict[Pair, int] = defaultdict(int)
        for row in self.facts("invoice"):
            state = states.get(row["ref"], {"status": "valid"})["status"]
            if state != "void" and 0 <= self.day - row["issued_on"] < days:
                flows[row["seller"], row["buyer"]] += row["gross_minor"]
        return {pair: amount for pair, amount in flows.items() if amount > 0}

    @cached_property
    def year(self) -> dict[Pair, int]:
        return self.sales(365)

    def told(self, party: str, source: Source) -> bool:
        """Whether what a source doesn't tell of a party isn't there (tests of sources say more)."""
        latest: dict[str, Row] = {}
        for row in sorted(self.facts("source_coverage"), key=lambda r: (r["checked_at"], r["seq"])):
            if row["party"] == party and row["source"] in ASKED[source]:
                latest[row["source"]] = row
        states = []
        for row in latest.values():
            old = self.day * DAY - row["checked_at"] > STALE_DAYS * DAY
            good = row["result"] in {"FOUND", "NONE_FOUND"}
            states.append("stale" if good and old else "good" if good else row["result"])
        filed = any(
            row[field] == party
            for kind in ASKED[source]
            for field in PARTIES.get(kind, ())
            for row in self.facts(kind)
        )
        return "good" in states or (filed and not set(states) & {"stale", "REFUSED"})

    @cached_property
    def suppliers(self) -> set[str]:
        return {seller for seller, _ in self.year if self.told(seller, Source.INVOICES)}

    @cached_property
    def relations(self) -> list[Row]:
        return [row for row in self.facts("party_relation") if self.in_force(row)]

    def in_force(self, row: Row) -> bool:
        since, until = row["valid_from"], row["valid_until"]
        return (since is None or since <= self.day) and (until is None or self.day < until)

    def values(self, communities: Mapping[str, int]) -> dict[Key, float]:
        """Every measure of the day, given the communities."""
        found: dict[Key, float] = {}
        for one, other in self.year:
            back = self.year.get((other, one), 0)
            if back and one in self.suppliers:
                low, high = sorted((back, self.year[one, other]))
                found["reciprocity", one, other] = low / high
        rank = self.pagerank() if self.year else {}
        for party in self.suppliers:
            found["ln_pagerank", party, None] = log(rank[party])
            told = {
                "cycle_share": self.cycle_share(party),
                "related_share": self.related_share(party),
                "attribute_cluster": self.attribute_cluster(party),
                "neighbour_distress": self.neighbour_distress(party),
                "community_bad": self.community_bad(party, communities),
                "guarantee_circle": self.guarantee_circle(party),
            }
            found |= {(name, party, None): v for name, v in told.items() if v is not None}
        return found | self.ring_shares() | self.controller_links()

    def ring_shares(self) -> dict[Key, float]:
        """By supplier and the firm of a ring that it sold to."""
        ringed = {row["ref"]: row for way in self.rings() for row in way}
        quarter = self.sales(90)
        amounts: dict[Pair, int] = defaultdict(int)
        for row in ringed.values():
            amounts[row["seller"], row["buyer"]] += row["gross_minor"]
        return {
            ("ring_share", seller, buyer): min(1.0, amount / whole)
            for (seller, buyer), amount in amounts.items()
            if seller in self.suppliers
            and (whole := sum(v for pair, v in quarter.items() if pair[0] == seller))
        }

    def rings(self) -> Iterator[list[Row]]:
        """Ways of invoices round 3 to 6 firms, between pairs whose sales are more than nothing."""
        flows = self.sales(90)
        invoices = [
            row
            for row in self.facts("invoice")
            if (row["seller"], row["buyer"]) in flows
            and row["gross_minor"] > 0
            and 0 <= self.day - row["issued_on"] < 90
        ]
        ways = [[row] for row in invoices]
        while ways:
            yield from (w for w in ways if len(w) >= 3 and w[-1]["seller"] == w[0]["buyer"])
            ways = [
                [*way, row]
                for way in ways
                for row in invoices
                if len(way) < 6
                and way[-1]["seller"] == row["buyer"]
                and way[-1]["seller"] != way[0]["buyer"]
                and row["seller"] not in {one["seller"] for one in way}
                and 0 <= row["issued_on"] - way[-1]["issued_on"] <= 10
                and 10 * row["gross_minor"] >= 9 * way[-1]["gross_minor"]
                and row["gross_minor"] <= way[-1]["gross_minor"]
            ]

    def cycle_share(self, party: str) -> float | None:
        own = {pair: v for pair, v in self.sales(90).items() if pair[0] == party}
        on_circle = {edge for circle in self.circles for edge in circle}
        whole = sum(own.values())
        return sum(own[pair] for pair in own if pair in on_circle) / whole if whole else None

    @cached_property
    def circles(self) -> list[list[Pair]]:
        flows = self.sales(90)
        parties = sorted({party for pair in flows for party in pair})
        found = []
        for firms in (2, 3, 4):
            for round_ in permutations(parties, firms):
                edges = list(zip(round_, (*round_[1:], round_[0]), strict=True))
                amounts = [flows.get(edge, 0) for edge in edges]
                if 10 * min(amounts) >= 9 * max(amounts) > 0:
                    found.append(edges)
        return found

    def related_share(self, party: str) -> float | None:
        if not self.told(party, Source.KINSHIP):
            return None
        kin = {
            frozenset((row["party"], row["other"]))
            for row in self.relations
            if row["relation"] != "guarantor_of"
        }
        own = {pair: v for pair, v in self.year.items() if pair[0] == party}
        return sum(v for pair, v in own.items() if frozenset(pair) in kin) / sum(own.values())

    def attribute_cluster(self, party: str) -> float | None:
        latest: dict[str, Row] = {}
        for row in sorted(self.facts("party_profile"), key=lambda r: (r["happened_at"], r["seq"])):
            latest[row["party"]] = row
        has: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self.facts("party_attribute"):
            if self.in_force(row):
                has[row["attribute"], row["value_hash"]].add(row["party"])
        for row in latest.values():
            for name in ("address", "phone", "email", "legal_rep", "bank_account"):
                if row[f"{name}_hash"] is not None:
                    has[name, row[f"{name}_hash"]].add(row["party"])
        if not any(party in parties for parties in has.values()):
            return None
        links = [pair for group in has.values() if len(group) <= 20 for pair in _pairs(group)]
        return len(reached(party, [*links, *((b, a) for a, b in links)]))

    def pagerank(self) -> dict[str, float]:
        """As a multiple of the mean; money runs from buyers to sellers."""
        parties = sorted({party for pair in self.year for party in pair})
        paid: dict[str, int] = defaultdict(int)
        for (_, buyer), amount in self.year.items():
            paid[buyer] += amount
        rank = dict.fromkeys(parties, 1.0)
        for _ in range(300):
            lost = sum(rank[party] for party in parties if not paid[party]) / len(parties)
            new = dict.fromkeys(parties, 0.15 + 0.85 * lost)
            for (seller, buyer), amount in self.year.items():
                new[seller] += 0.85 * rank[buyer] * amount / paid[buyer]
            rank = new
        return rank

    def neighbour_distress(self, party: str) -> float | None:
        own = {
            buyer: amount
            for (seller, buyer), amount in self.year.items()
            if seller == party and self.told(buyer, Source.COURTS)
        }
        ages: dict[str, int] = {}
        for row in self.facts("adverse_record"):
            if row["severity"] >= 3 and row["role"] != "plaintiff":
                age = max(self.day - row["opened_on"], 0)
                ages[row["party"]] = min(age, ages.get(row["party"], age))
        whole = sum(own.values())
        faded = {buyer: exp(-ages[buyer] / 182) if buyer in ages else 0.0 for buyer in own}
        return sum(own[buyer] / whole * faded[buyer] for buyer in own) if whole else None

    def community_bad(self, party: str, communities: Mapping[str, int]) -> float | None:
        financings = {row["ref"]: row for row in self.facts("financing")}
        ended: list[tuple[str, bool]] = []
        for row in self.facts("outcome"):
            financing = financings.get(row["financing"])
            if financing is None or row["technical"]:
                continue
            if 90 <= self.day - financing["matures_on"] < 820:
                ended.append((financing["supplier"], row["defaulted"]))
        others = [one for one in ended if one[0] != party]
        if not others:
            return None
        near = [bad for one, bad in others if communities.get(one) == communities[party]]
        book = sum(bad for _, bad in others) / len(others)
        return (sum(near) + 50 * book) / (len(near) + 50)

    def guarantee_circle(self, party: str) -> float | None:
        edges = {
            (row["guarantor"], row["debtor"])
            for row in self.facts("guarantee")
            if self.in_force(row)
        }
        edges |= {
            (row["party"], row["other"])
            for row in self.relations
            if row["relation"] == "guarantor_of"
        }
        back = [(other, one) for one, other in edges]
        circle = reached(party, edges) & reached(party, back)
        near = {a if b == party else b for a, b in edges if party in (a, b) and {a, b} <= circle}
        return len(near) if near or self.told(party, Source.KINSHIP) else None

    def controller_links(self) -> dict[Key, float]:
        holds = [hold for row in self.relations for hold in _holds(row)]
        traded = {
            (row["seller"], row["buyer"])
            for row in self.facts("invoice")
            if self._within_a_year(row)
        }
        claimed = {(row["supplier"], row["buyer"]) for row in self.facts("receivable")}
        found: dict[Key, float] = {}
        for supplier, buyer in traded | claimed:
            if supplier in self.suppliers and self.told(supplier, Source.KINSHIP):
                one, other = above(supplier, holds), above(buyer, holds)
                levels = [min(one[each], other[each]) for each in one.keys() & other.keys()]
                if levels:
                    found["controller_link", supplier, buyer] = max(levels)
        return found

    def _within_a_year(self, row: Row) -> bool:
        void = {r["invoice"] for r in self.facts("invoice_status") if r["status"] == "void"}
        valid = {r["invoice"] for r in self.facts("invoice_status") if r["status"] == "valid"}
        return 0 <= self.day - row["issued_on"] < 365 and row["ref"] not in void - valid


def _pairs(parties: Iterable[str]) -> Iterator[Pair]:
    return combinations(sorted(parties), 2)


def reached(start: str, edges: Iterable[Pair]) -> set[str]:
    """What can be reached along edges, the start included."""
    seen, steps = {start}, list(edges)
    while more := {b for a, b in steps if a in seen} - seen:
        seen |= more
    return seen


def _holds(row: Row) -> Iterator[tuple[str, str, int]]:
    """Holder, held and level of a relation of ownership."""
    if row["relation"] == "branch_of":
        yield row["other"], row["party"], 2
    elif row["relation"] == "ultimate_controller":
        yield row["party"], row["other"], 2
    elif row["relation"] == "shareholder":
        yield row["party"], row["other"], 2 if (row["share_ppm"] or 0) > 250_000 else 1


def above(company: str, holds: list[tuple[str, str, int]]) -> dict[str, int]:
    """Who holds a company, over at most three steps, and the level of the strongest path."""
    best, last = {company: 2}, {company: 2}
    for _ in range(3):
        then: dict[str, int] = {}
        for holder, held, level in holds:
            if held in last:
                then[holder] = max(then.get(holder, 0), min(last[held], level))
        for holder, level in then.items():
            best[holder] = max(best.get(holder, 0), level)
        last = then
    return best
