"""Options of the export rules read one by one: a number, a choice, a country, a day, or one more problem."""

from __future__ import annotations

import datetime as dt
import math
import re

from siliconomics.core import Problem, nearest

APPROVED = {"approved": True, "authorised": True, "authorized": True, "other": False}
PACKAGERS = {"trusted": True, "other": False}


def _items(given: list[str]) -> list[str]:
    return [part.strip() for one in given for part in one.split(",")]


def number(option: str, text: str, problems: list[Problem], zero: bool = False) -> float:
    """A positive finite number; anything else is a problem."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and (value > 0 or (zero and value == 0)) and value < 1e15:
        return value
    least = "0 or more" if zero else "more than 0"
    problems.append(
        Problem(
            f"{option} {text!r} is not a number of {least}",
            remedy="write a plain number with a point; leave the option out where the figure is unknown",
        )
    )
    return math.nan


def optional(option: str, text: str | None, problems: list[Problem], zero: bool = False) -> float | None:
    return None if text is None else number(option, text, problems, zero)


def rates_of(given: list[str], bits: dict[str, int], problems: list[Problem]) -> dict[str, float]:
    rates: dict[str, float] = {}
    for item in _items(given):
        name, equals, value = item.partition("=")
        precision = name.strip().casefold()
        if not equals or not precision or not value.strip():
            problems.append(
                Problem(f"--tflops {item!r} is not of the form precision=TFLOPS", remedy="write --tflops fp16=989.5")
            )
        elif precision not in bits:
            problems.append(
                Problem(
                    f"--tflops {item!r}: there is no precision {name.strip()!r}",
                    why="its bit length is needed",
                    remedy=nearest(precision, bits),
                )
            )
        elif precision in rates:
            problems.append(Problem(f"--tflops names {precision} twice", remedy="give its dense figure once"))
        else:
            rates[precision] = number(f"--tflops {precision}", value.strip(), problems)
    return rates


def choice(option: str, text: str | None, known: dict[str, bool], problems: list[Problem]) -> bool | None:
    if text is None:
        return None
    if text.strip().casefold() not in known:
        problems.append(Problem(f"{option} {text!r} is not one of {', '.join(known)}", remedy=nearest(text, known)))
        return None
    return known[text.strip().casefold()]


def foundry_of(text: str | None, known: dict[str, str], problems: list[Problem]) -> str | None:
    if text is None:
        return None
    found = next((name for name in known if name.casefold() == text.strip().casefold()), None)
    if found is None:
        problems.append(
            Problem(
                f"--foundry: there is no foundry {text!r}",
                why="the country that it stands in is needed",
                remedy=nearest(text, known),
            )
        )
    return found


def country(text: str | None, problems: list[Problem]) -> str | None:
    if text is None:
        return None
    if not re.fullmatch("[A-Za-z]{2}", text.strip()):
        problems.append(
            Problem(f"--designer-country {text!r} is not a country's two letters", remedy="write for example CN or TW")
        )
        return None
    return text.strip().upper()


def day_of(text: str, problems: list[Problem]) -> dt.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        what = f"--date {text!r} is not a day" if text else "--date is missing"
        problems.append(Problem(what, why="rules come and go by the day", remedy="write for example --date 2025-05-01"))
        return dt.date.min


__all__ = ["APPROVED", "PACKAGERS", "choice", "country", "day_of", "foundry_of", "number", "optional", "rates_of"]
