"""A calibration as a TOML table, inside a model card or in a file of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from facekeep.terms.values import NORM_BOUND
from facekeep.vision.calibration import Calibration, Figures, Population, Step
from facekeep.vision.rates import LEAST_RANK, Rate
from facekeep.vision.toml_table import Table

MANY = 1 << 53
"""No count in a card is larger."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_calibration(table: Table) -> Calibration:
    """The table's calibration. Raises :class:`~facekeep.terms.errors.Broken` on anything odd."""
    calibration = Calibration(
        population=_read_population(table),
        method=table.text("method"),
        identities=table.integer("identities", 1, MANY),
        pictures=table.integer("pictures", 1, MANY),
        n_mated=table.integer("n_mated", 0, MANY),
        n_non_mated=table.integer("n_non_mated", 0, MANY),
        steps=tuple(_read_step(step) for step in table.tables("steps")),
        operating=tuple(_read_figures(row) for row in table.tables("operating")),
        held_out=tuple(_read_figures(row) for row in table.tables("held_out")),
    )
    _refuse_disorder(calibration.steps, table)
    table.done()
    return calibration


def _read_population(table: Table) -> Population:
    population = Population(
        table.text("population"),
        table.text("date"),
        table.text("detector"),
        table.integer("failures_to_acquire", 0, MANY),
    )
    if not _DATE.fullmatch(population.date):
        raise table.wrong("date", "a date like 2026-11-22")
    return population


def _read_step(table: Table) -> Step:
    step = Step(
        _share(table, "fmr"),
        table.integer("threshold", 1, NORM_BOUND),
        table.integer("pairs", 1, MANY),
        table.integer("rank", LEAST_RANK, MANY),
        table.text("governed_by"),
        table.texts("groups"),
    )
    table.done()
    return step


def _read_figures(table: Table) -> Figures:
    figures = Figures(
        table.text("group"),
        table.integer("identities", 0, MANY),
        table.integer("pictures", 0, MANY),
        _read_rate(table.table("fmr")),
        _read_rate(table.table("fnmr")),
    )
    table.done()
    return figures


def _read_rate(table: Table) -> Rate:
    trials = table.integer("trials", 0, MANY)
    rate = Rate(
        table.integer("errors", 0, trials), trials, _share(table, "low"), _share(table, "high")
    )
    if rate.low > rate.high:
        raise table.wrong("low", "no more than high")
    table.done()
    return rate


def _share(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0 <= value <= 1:
        raise table.wrong(key, "a number in 0..1")
    return value


def _refuse_disorder(steps: Sequence[Step], table: Table) -> None:
    """Stricter steps come later and never have a lower threshold."""
    for looser, stricter in pairwise(steps):
        if stricter.fmr >= looser.fmr or stricter.threshold < looser.threshold:
            raise table.wrong("steps", "falling fmr and thresholds that never fall")


def write_calibration(calibration: Calibration, name: str = "") -> str:
    """The TOML text that :func:`read_calibration` reads back; ``name`` is the table it sits in."""
    prefix = f"{name}." if name else ""
    parts = [_head(calibration, name)]
    parts += [f"[[{prefix}steps]]\n{_step_rows(step)}" for step in calibration.steps]
    parts += [f"[[{prefix}operating]]\n{_figure_rows(row)}" for row in calibration.operating]
    parts += [f"[[{prefix}held_out]]\n{_figure_rows(row)}" for row in calibration.held_out]
    return "\n".join(parts)


def _head(calibration: Calibration, name: str) -> str:
    population = calibration.population
    rows = {
        "population": population.name,
        "date": population.date,
        "detector": population.detector,
        "method": calibration.method,
        "failures_to_acquire": population.failures_to_acquire,
        "identities": calibration.identities,
        "pictures": calibration.pictures,
        "n_mated": calibration.n_mated,
        "n_non_mated": calibration.n_non_mated,
    }
    empty = [key for key in ("operating", "held_out") if not getattr(calibration, key)]
    heading = f"[{name}]\n" if name else ""
    return heading + _rows(rows.items()) + "".join(f"{key} = []\n" for key in empty)


def _step_rows(step: Step) -> str:
    return _rows(
        [
            ("fmr", step.fmr),
            ("threshold", step.threshold),
            ("pairs", step.pairs),
            ("rank", step.rank),
            ("governed_by", step.governed_by),
            ("groups", step.groups),
        ]
    )


def _figure_rows(figures: Figures) -> str:
    rows = _rows(
        [
            ("group", figures.group),
            ("identities", figures.identities),
            ("pictures", figures.pictures),
        ]
    )
    return f"{rows}fmr = {_inline(figures.fmr)}\nfnmr = {_inline(figures.fnmr)}\n"


def _inline(rate: Rate) -> str:
    bounds = f"low = {rate.low:.6g}, high = {rate.high:.6g}"
    return f"{{ errors = {rate.errors}, trials = {rate.trials}, {bounds} }}"


def _rows(rows: Iterable[tuple[str, object]]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in rows)


def _value(value: object) -> str:
    """A TOML value; JSON's texts and numbers are TOML's but for the control character 127."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
