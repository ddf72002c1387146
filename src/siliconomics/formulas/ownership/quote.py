"""A vendor's offer on the buyer's floor: tax, duty, freight, warranty, and the price of waiting.

Everything is in dollars and for the whole offer until the last step divides by its chips.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, maximum
from siliconomics.core.units import DAYS_PER_YEAR


@formula(unit="USD", source="siliconomics#definition", possible="[0, inf)")
def offer_net_price_usd(offer_price_usd, offer_price_includes_vat, offer_vat_rate):
    """Price without value added tax."""
    return offer_price_usd / (1 + offer_price_includes_vat * offer_vat_rate)


@formula(unit="USD", source="siliconomics#definition", possible="[0, inf)")
def offer_freight_usd(offer_freight_stated_usd, offer_freight_share, offer_net_price_usd):
    """Freight and insurance to the buyer's door: as an amount, else as a share of the net price."""
    return first_known(offer_freight_stated_usd, offer_freight_share * offer_net_price_usd)


@formula(unit="USD", source="siliconomics#definition", possible="[0, inf)")
def offer_duty_usd(offer_tariff_rate, offer_net_price_usd, offer_freight_usd):
    """Duty on the value at the border, freight included."""
    return offer_tariff_rate * (offer_net_price_usd + offer_freight_usd)


@formula(unit="USD", source="siliconomics#definition", possible="[0, inf)")
def offer_vat_usd(offer_vat_rate, offer_net_price_usd, offer_freight_usd, offer_duty_usd):
    """Value added tax on price, freight and duty, whoever collects it."""
    return offer_vat_rate * (offer_net_price_usd + offer_freight_usd + offer_duty_usd)


@formula(unit="USD", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def offer_warranty_gap_usd(wanted_warranty_years, offer_warranty_years, repair_share_per_year, offer_net_price_usd):
    """Repairs in the years that the buyer wants covered and the offer does not cover."""
    return maximum(wanted_warranty_years - offer_warranty_years, 0) * repair_share_per_year * offer_net_price_usd


@formula(unit="USD", source="siliconomics#definition", possible="[0, inf)")
def offer_payment_usd(offer_net_price_usd, offer_freight_usd, offer_duty_usd, offer_vat_usd, vat_recovered_share):
    """What the buyer pays by delivery and does not get back."""
    borne = offer_vat_usd * (1 - vat_recovered_share)
    return offer_net_price_usd + offer_freight_usd + offer_duty_usd + borne


@formula(unit="USD", source="siliconomics#definition", possible="[0, inf)")
def offer_waiting_usd(
    offer_payment_usd, offer_deposit_share, offer_lead_time_days, offer_early_days, cost_of_capital_of_buyer
):
    """Interest on money paid before the chips are needed: the deposit from the order, the rest from delivery."""
    yearly = 1 + cost_of_capital_of_buyer
    deposit = yearly ** ((offer_lead_time_days + offer_early_days) / DAYS_PER_YEAR) - 1
    rest = yearly ** (offer_early_days / DAYS_PER_YEAR) - 1
    return offer_payment_usd * (offer_deposit_share * deposit + (1 - offer_deposit_share) * rest)


@formula(unit="USD/chip", source="siliconomics#definition", possible="[0, inf)")
def offer_delivered_cost_usd(
    offer_payment_usd, offer_warranty_gap_usd, offer_waiting_usd, offer_chips, server_parts_per_chip_usd
):
    """Cost of one chip at the buyer's door on the day it is needed, with what a bare card lacks of a server."""
    return (offer_payment_usd + offer_warranty_gap_usd + offer_waiting_usd) / offer_chips + server_parts_per_chip_usd


@formula(unit="USD", source="siliconomics#definition")
def offer_tying_price_usd(offer_price_usd, offer_delivered_cost_usd, offer_fixed_cost_usd, offer_rival_cost_usd):
    """Price at which an offer would cost its buyer what the rival's does; negative where no price is low enough.

    Cost is a straight line in the price: ``offer_fixed_cost_usd`` is what would be left of it at a price of nothing.
    """
    moving = offer_delivered_cost_usd - offer_fixed_cost_usd
    return offer_price_usd * (offer_rival_cost_usd - offer_fixed_cost_usd) / moving
