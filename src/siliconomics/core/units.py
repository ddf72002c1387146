"""Units: constants with a unit, and the proof that a formula's arithmetic yields the unit it declares.

pint is loaded only for a proof or to convert a user's figure; solving a model never needs it.
Currencies and counted things (die, wafer, chip, share) are dimensions of their own, so that adding
dollars to yuan, or forgetting the dies per package, is caught.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

from .record import Constant

if TYPE_CHECKING:
    import pint

MM2_PER_CM2 = Constant(100.0, "mm² per cm²", "mm2/cm2")
DAYS_PER_YEAR = Constant(365.0, "days per year", "day")
"""A rate is per yearly step, and steps are a pure number: days over this count steps."""
DIE_PER_CHIP = Constant(1.0, "one die per chip", "die/chip")
STACK_PER_CHIP = Constant(1.0, "one stack per chip", "stack/chip")
"""A number of parts as a pure number: to raise a yield to it, or to add dies and stacks."""
BYTES_PER_GB = Constant(1e9, "bytes per GB", "byte/GB")
OPERATIONS_PER_TFLOP = Constant(1e12, "operations per TFLOP", "1/TFLOP")
TOKEN = Constant(1.0, "one token", "token")
ONE_BYTE = Constant(1.0, "one byte", "byte")
ONE_CHIP = Constant(1.0, "one chip", "chip")
MONTHS_PER_YEAR = Constant(12.0, "months per year", "month/year")
HOURS_PER_YEAR = Constant(8760.0, "hours per year", "h/year")
SECONDS_PER_HOUR = Constant(3600.0, "seconds per hour", "s/h")
WATTS_PER_KW = Constant(1000.0, "watts per kW", "W/kW")
JOULES_PER_KWH = Constant(3.6e6, "joules per kWh", "J/kWh")
JOULES_PER_WH = Constant(3600.0, "joules per Wh", "J/Wh")
TOKENS_PER_MTOKEN = Constant(1e6, "tokens per million tokens", "token/Mtoken")
ONE_REQUEST = Constant(1.0, "one request", "request")
PERCENTAGE_POINTS = Constant(100.0, "percentage points in one", "1")
ONE_YEAR = Constant(1.0, "one year", "year")
YEARS_PER_QUARTER = Constant(0.25, "years per quarter", "year/quarter")
MONTHS_PER_QUARTER = Constant(3.0, "months per quarter", "month")
"""A figure of a quarter is the sum over its months, and a quarter's own length is left out of its unit."""
A_QUARTER_IN_YEARS = Constant(0.25, "a quarter in years", "year")
ONE_WAFER_PER_MONTH = Constant(1.0, "one wafer per month", "wafer/month")
ONES_PER_BILLION = Constant(1e9, "ones per billion", "1/bn")
LN_2 = Constant(math.log(2), "ln 2", "1")
ONE_STACK = Constant(1.0, "one stack", "stack")
ONE_WAFER = Constant(1.0, "one wafer", "wafer")
SECONDS_PER_DAY = Constant(86400.0, "seconds per day", "s/day")
HOURS_PER_DAY = Constant(24.0, "hours per day", "h/day")
KW_PER_MW = Constant(1000.0, "kW per MW", "kW/MW")
GFLOP_PER_TFLOP = Constant(1000.0, "GFLOP per TFLOP", "GFLOP/TFLOP")
ONE_SAMPLE = Constant(1.0, "one sample", "sample")
ONES_PER_MILLION = Constant(1e6, "ones per million", "1/mn")
ONES_PER_BILLION = Constant(1e9, "ones per billion", "1/bn")
ONE_DOLLAR_PER_MTOKEN = Constant(1.0, "one dollar per million tokens", "USD/Mtoken")
MILLIONS_PER_BILLION = Constant(1000.0, "millions per billion", "mn/bn")
MILLIONS_PER_TRILLION = Constant(1e6, "millions per trillion", "mn/tn")
BILLIONS_PER_TRILLION = Constant(1000.0, "billions per trillion", "bn/tn")
ONE_MILLION_YUAN = Constant(1.0, "one million yuan", "mn CNY")

_DEFINITIONS = """
USD = [currency_usd]
CNY = [currency_cny]
HKD = [currency_hkd]
TWD = [currency_twd]
reporting_currency = [currency_reporting]
listing_currency = [currency_listing]
die = [die]
wafer = [wafer]
chip = [chip]
stack = [stack]
layer = [layer]
share = [share]
token = [token]
Mtoken = 1e6 * token
request = [request]
sample = [sample]
kWh = 3.6e6 * joule
Wh = 3.6e3 * joule
mn = 1e6
bn = 1e9
tn = 1e12
GB = [bytes]
byte = 1e-9 * GB
GiB = 1.073741824 * GB
TB = 1000 * GB
GB16 = 16 * GB
operation = [operations]
TFLOP = 1e12 * operation
GFLOP = 1e9 * operation
TFLOPS = TFLOP / second
TOPS = TFLOPS
mm2 = millimeter ** 2
cm2 = centimeter ** 2
mm = millimeter
cm = centimeter
percent_point = 0.01
"""


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """Our unit registry: SI from pint plus the field's own units."""
    import pint

    class Registry(pint.UnitRegistry):  # type: ignore[type-arg]
        """pint's registry, whose quantities know a constant of ours by its unit."""

        Quantity = _quantity()

    units: pint.UnitRegistry[Any] = Registry(
        None,
        autoconvert_offset_to_baseunit=True,
        on_redefinition="ignore",
    )
    base = """
second = [time] = s
meter = [length] = m
gram = [mass] = g
joule = kilogram * meter ** 2 / second ** 2 = J
watt = joule / second = W
milli- = 1e-3 = m-
centi- = 1e-2 = c-
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
minute = 60 * second
hour = 3600 * second = h
day = 24 * hour
year = 365 * day
month = year / 12
quarter = year / 4
"""
    for line in (base + _DEFINITIONS).strip().splitlines():
        units.define(line)
    return units


def _quantity() -> Any:
    """pint's quantity, which meets a constant of ours as the quantity it is, not as a bare number."""
    import pint

    def reading(name: str) -> Any:
        plain = getattr(pint.UnitRegistry.Quantity, name)

        def method(self: Any, other: Any) -> Any:
            return plain(self, of_constant(other) if isinstance(other, Constant) else other)

        return method

    sides = ("add", "sub", "mul", "truediv")
    names = [f"__{side}{one}__" for one in sides for side in ("", "r")]
    methods = {name: reading(name) for name in names}
    return type("Quantity", (pint.UnitRegistry.Quantity,), methods)


@functools.cache
def parse(text: str) -> Any:
    """A unit written as text; '1' is a pure number. Raises ValueError if it is not a unit."""
    try:
        return registry().Unit(_product(text)) if text not in ("", "1") else registry().Unit("")
    except Exception as error:  # pint raises whatever its reader of expressions trips over
        reason = str(error) if isinstance(error, ValueError | AttributeError) else "it cannot be read"
        raise ValueError(f"{text!r} is not a unit: {reason}") from None


def _product(text: str) -> str:
    """'mn CNY/share' as pint reads it: a space multiplies."""
    return text.strip().replace(" / ", "/").replace(" ", "*")


def factor(given: str, wanted: str) -> float:
    """What a figure in unit ``given`` is multiplied by to be in unit ``wanted``; '%' is a hundredth."""
    if given == wanted:
        return 1.0
    import pint

    share = 1.0
    if given == "%":
        given, share = "1", 0.01
    if given == wanted:
        return share
    quantity = registry().Quantity(share, parse(given))
    try:
        return float(quantity.to(parse(wanted)).magnitude)
    except pint.DimensionalityError:
        raise ValueError(f"unit {given!r} cannot be turned into {wanted!r}") from None


def scaled(value: float, scale: float) -> float:
    """A figure times a unit's factor, without the noise of the last bit (70 % is 0.7)."""
    return value if scale == 1.0 else float(f"{value * scale:.15g}")


def is_quantity(value: Any) -> bool:
    """Whether a value is one of pint's quantities (without importing pint)."""
    return hasattr(value, "dimensionality") and hasattr(value, "magnitude")


def of_constant(constant: Constant) -> Any:
    """A constant as a quantity."""
    return registry().Quantity(float(constant), parse(constant.unit))
