"""Sum of the parts: what each part of a parent is worth, what of it reaches the parent, and per share.

A part is valued by one of several rivals; its card names which. A part knows its parent by a flag,
``part_of_company``, so that a parent of your own takes nothing but cards.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, total, where


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def parent_count(part_of_company):
    """How many companies count the part among theirs: one at most, or its value per share would be of nobody."""
    return total(first_known(part_of_company, 0), over="company")


@formula(unit="mn share", source="siliconomics#definition", kind="stepped")
def shares_of_parent(part_of_company, valuation_shares, parent_count):
    """Shares (of a company listed by depositary shares: those) of the company that counts the part."""
    return total(where(first_known(part_of_company, 0) > 0, valuation_shares, 0), over="company") / parent_count


@formula(unit="reporting_currency/listing_currency", source="siliconomics#definition", kind="stepped")
def exchange_rate_of_parent(part_of_company, exchange_rate, parent_count):
    """What one unit of the parent's listing currency costs in the currency it reports in."""
    return total(where(first_known(part_of_company, 0) > 0, exchange_rate, 0), over="company") / parent_count


# -- what a part is worth ---------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def part_revenue__stated(stated_part_revenue):
    """Sales of a part in the valued year, as stated."""
    return stated_part_revenue


@formula(unit="mn reporting_currency", source="broker-2026-04-26#line-2126", possible="[0, inf)")
def part_revenue__midpoint(part_revenue_low, part_revenue_high):
    """Sales of a part in the valued year, half-way between the ends of a stated range."""
    return (part_revenue_low + part_revenue_high) / 2


@formula(unit="1", source="siliconomics#definition")
def peer_count(peer_of_part):
    """How many listed peers a part's multiple is taken from."""
    return total(first_known(peer_of_part, 0), over="company")


@formula(unit="1", source="broker-2026-04-26#line-2129", kind="stepped")
def peer_sales_multiple(peer_of_part, ev_to_sales_at_target, peer_multiple_year, peer_count):
    """Multiple of sales that our own targets for the named listed peers imply, the mean of them."""
    multiple = at(ev_to_sales_at_target, year=peer_multiple_year)
    return total(where(first_known(peer_of_part, 0) > 0, multiple, 0), over="company") / peer_count


@formula(unit="1", source="broker-2026-04-26#line-2124", possible="[0, inf)")
def part_sales_multiple__stated(stated_part_sales_multiple):
    """Multiple of a part's sales, as stated."""
    return stated_part_sales_multiple


@formula(unit="1", source="broker-2026-04-26#line-2129", kind="stepped", possible="[0, inf)")
def part_sales_multiple__peer_less_discount(
    peer_count, peer_sales_multiple, part_discount_to_peer, stated_part_sales_multiple
):
    """The peer's multiple at our target for it, less a discount; as stated where no peer is named.

    It moves with every driver of the peer's own valuation.
    """
    return where(peer_count > 0, peer_sales_multiple * (1 - part_discount_to_peer), stated_part_sales_multiple)


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-44")
def part_value__multiple_of_sales(part_revenue, part_sales_multiple, exchange_rate_of_parent):
    """All of a part: its sales times a multiple."""
    return part_revenue * part_sales_multiple / exchange_rate_of_parent


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-47")
def part_value__multiple_of_ebita(part_ebita, part_ebita_multiple, exchange_rate_of_parent):
    """All of a part: its earnings before interest, tax and amortisation times a multiple."""
    return part_ebita * part_ebita_multiple / exchange_rate_of_parent


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-52")
def part_value__multiple_of_operating_profit(
    part_operating_profit, part_operating_profit_multiple, exchange_rate_of_parent
):
    """All of a part: its operating profit times a multiple."""
    return part_operating_profit * part_operating_profit_multiple / exchange_rate_of_parent


@formula(unit="mn listing_currency", source="siliconomics#definition")
def part_value__multiple_of_net_income(part_net_income, part_net_income_multiple, exchange_rate_of_parent):
    """All of a part: its net income times a multiple (price to earnings)."""
    return part_net_income * part_net_income_multiple / exchange_rate_of_parent


@formula(unit="mn listing_currency", source="siliconomics#definition")
def part_value__multiple_of_book(part_book, part_book_multiple, exchange_rate_of_parent):
    """All of a part: its book value times a multiple (price to book)."""
    return part_book * part_book_multiple / exchange_rate_of_parent


@formula(unit="mn listing_currency", source="siliconomics#definition")
def part_value__stated(stated_part_value):
    """All of a part, as stated: a balance of cash, a book of investments, somebody's estimate."""
    return stated_part_value


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-47")
def part_value__stated_per_share(stated_part_value_per_share, shares_of_parent, part_stake, part_holding_discount):
    """All of a part, worked back from a stated value per share of the parent, after stake and discount."""
    return stated_part_value_per_share * shares_of_parent / (part_stake * (1 - part_holding_discount))


@formula(unit="1", source="siliconomics#definition")
def companies_behind_part(part_valued_as_company):
    """How many companies of the house a part's value is taken from."""
    return total(first_known(part_valued_as_company, 0), over="company")


@formula(unit="mn listing_currency", source="siliconomics#definition", kind="stepped")
def part_value__residual_income(
    part_valued_as_company, companies_behind_part, equity_value, exchange_rate_of_parent, stated_part_value
):
    """All of a part: the house's residual income value of the company it is; as stated where none is named."""
    valued = total(where(first_known(part_valued_as_company, 0) > 0, equity_value, 0), over="company")
    return where(companies_behind_part > 0, valued / exchange_rate_of_parent, stated_part_value)


@formula(unit="mn listing_currency", source="williams-1938#dividends", kind="stepped")
def part_value__dividends(
    part_valued_as_company, companies_behind_part, equity_value_by_dividends, exchange_rate_of_parent, stated_part_value
):
    """All of a part: the house's value by dividends of the company it is; as stated where none is named."""
    valued = total(where(first_known(part_valued_as_company, 0) > 0, equity_value_by_dividends, 0), over="company")
    return where(companies_behind_part > 0, valued / exchange_rate_of_parent, stated_part_value)


@formula(unit="mn listing_currency", source="feltham-ohlson-1995#financing", kind="stepped")
def part_value__cash_flow(
    part_valued_as_company, companies_behind_part, equity_value_by_cash_flow, exchange_rate_of_parent, stated_part_value
):
    """All of a part: the house's value by free cash flow of the company it is; as stated where none is named."""
    valued = total(where(first_known(part_valued_as_company, 0) > 0, equity_value_by_cash_flow, 0), over="company")
    return where(companies_behind_part > 0, valued / exchange_rate_of_parent, stated_part_value)


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-52", kind="stepped")
def part_value__market(
    part_valued_as_company, companies_behind_part, market_value, exchange_rate_of_parent, stated_part_value
):
    """All of a part: what the market pays for the listed companies it is likened to; as stated where none is named."""
    paid = total(where(first_known(part_valued_as_company, 0) > 0, market_value, 0), over="company")
    return where(companies_behind_part > 0, paid / exchange_rate_of_parent, stated_part_value)


# -- what of it reaches the parent ------------------------------------------------------------


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-50")
def part_value_to_parent(part_value, part_stake, part_holding_discount):
    """What the parent's holding of a part is worth, less the discount for its being held."""
    return part_value * part_stake * (1 - part_holding_discount)


@formula(unit="listing_currency/share", source="broker-2026-04-26#exhibit-51")
def part_value_per_share(part_value_to_parent, shares_of_parent):
    """A part's value for one share of the parent."""
    return part_value_to_parent / shares_of_parent


@formula(unit="1", source="siliconomics#definition")
def part_count(part_of_company):
    """How many parts a company's value is made up of."""
    return total(first_known(part_of_company, 0), over="part")


@formula(unit="listing_currency/share", source="broker-2026-04-26#exhibit-47", kind="stepped", see="price_target")
def sum_of_parts_value_per_share(part_of_company, part_count, part_value_per_share, stated_sum_of_parts_per_share):
    """All parts of a company for one of its shares; as stated where no parts are listed."""
    parts = total(where(first_known(part_of_company, 0) > 0, part_value_per_share, 0), over="part")
    return where(part_count > 0, parts, stated_sum_of_parts_per_share)


@formula(unit="mn listing_currency", source="siliconomics#definition", see="equity_value")
def sum_of_parts_value(sum_of_parts_value_per_share, valuation_shares):
    """All parts of a company together."""
    return sum_of_parts_value_per_share * valuation_shares


@formula(unit="listing_currency/share", source="siliconomics#definition", kind="stepped")
def sum_of_parts_of_parent(part_of_company, sum_of_parts_value_per_share, parent_count):
    """The value by parts of the company that counts the part, for one of its shares."""
    return (
        total(where(first_known(part_of_company, 0) > 0, sum_of_parts_value_per_share, 0), over="company")
        / parent_count
    )


@formula(unit="1", source="siliconomics#definition")
def part_share_of_value(part_value_per_share, sum_of_parts_of_parent):
    """How much of the parent's value by parts one part is; of net debt it is negative."""
    return part_value_per_share / sum_of_parts_of_parent


# -- what a stated value per share asks of the part -------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def implied_part_revenue(part_value, exchange_rate_of_parent, part_sales_multiple):
    """Sales at which the multiple gives the part's value."""
    return part_value * exchange_rate_of_parent / part_sales_multiple


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def implied_part_ebita(part_value, exchange_rate_of_parent, part_ebita_multiple):
    """Earnings before interest, tax and amortisation at which the multiple gives the part's value."""
    return part_value * exchange_rate_of_parent / part_ebita_multiple


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def implied_part_operating_profit(part_value, exchange_rate_of_parent, part_operating_profit_multiple):
    """Operating profit at which the multiple gives the part's value."""
    return part_value * exchange_rate_of_parent / part_operating_profit_multiple


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def implied_part_net_income(part_value, exchange_rate_of_parent, part_net_income_multiple):
    """Net income at which the multiple gives the part's value."""
    return part_value * exchange_rate_of_parent / part_net_income_multiple


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def implied_part_book(part_value, exchange_rate_of_parent, part_book_multiple):
    """Book value at which the multiple gives the part's value."""
    return part_value * exchange_rate_of_parent / part_book_multiple


# -- the grid ---------------------------------------------------------------------------------


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-44")
def part_value_in_grid(part_revenue_at_point, part_sales_multiple_at_point, exchange_rate_of_parent):
    """All of a part at one point of a range of sales and one of a range of multiples."""
    return part_revenue_at_point * part_sales_multiple_at_point / exchange_rate_of_parent


@formula(unit="mn listing_currency", source="broker-2026-04-26#exhibit-45")
def part_value_to_parent_in_grid(part_value_in_grid, part_stake, part_holding_discount):
    """What of it reaches the parent, after stake and discount."""
    return part_value_in_grid * part_stake * (1 - part_holding_discount)


@formula(unit="listing_currency/share", source="broker-2026-04-26#exhibit-46")
def part_value_per_share_in_grid(part_value_to_parent_in_grid, shares_of_parent):
    """The same for one share of the parent."""
    return part_value_to_parent_in_grid / shares_of_parent
