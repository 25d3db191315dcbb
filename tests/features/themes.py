"""Which themes there are: every relation of the catalogue is in one."""

from tests.features import (
    accounts_theme,
    claim_theme,
    credit_theme,
    cross_theme,
    delay_theme,
    financing_theme,
    graph_theme,
    invoice_theme,
    live_claim_theme,
    source_theme,
    trade_theme,
)
from tests.features.theme import Theme

THEMES: tuple[Theme, ...] = (
    claim_theme.THEME,
    source_theme.THEME,
    live_claim_theme.THEME,
    accounts_theme.THEME,
    credit_theme.THEME,
    cross_theme.THEME,
    graph_theme.THEME,
    invoice_theme.THEME,
    delay_theme.THEME,
    financing_theme.THEME,
    trade_theme.THEME,
)
