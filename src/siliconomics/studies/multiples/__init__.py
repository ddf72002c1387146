"""Multiples of a company and of its peers, against its own history, and the source's claims about them."""

from siliconomics.studies.price_history import History, read_prices

from .bands import Band, bands
from .claims import Claim, claims
from .own import MULTIPLES, Cell, Multiples, Valued, companies, ensure_year, multiples
from .peers import Peer, Premium, Row, peer_table, premiums, read_peers

__all__ = [
    "MULTIPLES",
    "Band",
    "Cell",
    "Claim",
    "History",
    "Multiples",
    "Peer",
    "Premium",
    "Row",
    "Valued",
    "bands",
    "claims",
    "companies",
    "ensure_year",
    "multiples",
    "peer_table",
    "premiums",
    "read_peers",
    "read_prices",
]
