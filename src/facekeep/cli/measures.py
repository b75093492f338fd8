"""How well, for whom, how fast: evaluate, calibrate, bench match."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Apart, Branch
from facekeep.cli.screen import Screen

if TYPE_CHECKING:
    from facekeep.terms.ports import CodeEncoder
    from facekeep.vision.calibration import Calibration
    from facekeep.vision.evaluation import Evaluation
    from facekeep.vision.models import Registry
    from facekeep.vision.rates import Rate
    from facekeep.vision.walk import Acquired

Folder = Annotated[Path, typer.Argument(help="option.faces", metavar="DIR")]
Model = Annotated[str, typer.Option("--model", help="option.model", metavar="ID")]
Groups = Annotated[Path | None, typer.Option("--groups", help="option.groups", metavar="TSV")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("evaluate", cls=Apart, help="help.evaluate")(evaluate)
    app.command("calibrate", cls=Apart, help="help.calibrate")(calibrate)
    group = typer.Typer(cls=Branch, help="help.bench", no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)
    group.command("match", cls=Apart, help="help.bench.match")(bench_match)
    app.add_typer(group, name="bench")


def _group() -> None:
    """Keeps ``match`` a command of its own although it stands alone."""


# -- evaluate -------------------------------------------------------------------------------


def evaluate(
    context: typer.Context, folder: Folder, model: Model, groups: Groups = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Error rates of a model on a folder of faces, protected beside plain."""
    from facekeep.cli.models import registry_of
    from facekeep.vision import evaluation

    door = Door.at(context, as_json)
    known = _groups(groups)
    registry = registry_of(door.settings)
    acquired = _acquired(registry, model, folder, door)
    with door.aside.waiting(door.say("measure.pairs")):
        result = evaluation.evaluate(acquired.features, _encoder(registry, model), known)
    document = {
        "model": model, **asdict(result), "pictures_given": acquired.pictures,
        "failures": dict(acquired.failures),
    }  # fmt: skip
    door.answer(document, lambda screen: _show_evaluation(screen, model, result, acquired, door))


def _show_evaluation(
    screen: Screen, model: str, result: Evaluation, acquired: Acquired, door: Door
) -> None:
    screen.headline("good", door.say("evaluated"), model)
    screen.facts(
        [
            (door.say("label.people"), f"{result.identities:,}"),
            (door.say("label.pictures"), f"{result.pictures:,}"),
            (door.say("label.failed"), f"{acquired.failed:,}"),
            (door.say("label.pairs"), f"{result.mated:,} · {result.non_mated:,}"),
            (door.say("label.auc"), f"{result.plain.auc:.4f} · {result.protected.auc:.4f}"),
            (door.say("label.eer"), f"{result.plain.eer:.2%} · {result.protected.eer:.2%}"),
        ]
    )
    screen.gap()
    screen.paragraph(door.say("evaluated.overall"), "bold")
    screen.table(
        ["FMR", door.say("label.plain"), door.say("label.protected")],
        [
            (f"{p.asked_fmr:g}", _rate(p.fnmr), _rate(q.fnmr))
            for p, q in zip(result.plain.points, result.protected.points, strict=True)
        ],
    )
    _show_groups(screen, result, door)
    screen.gap()
    screen.note(door.say("evaluated.intervals"))


def _show_groups(screen: Screen, result: Evaluation, door: Door) -> None:
    """Every group at one threshold: the loosest a decision may have, where the pairs support it."""
    from facekeep.terms.values import MAX_FMR_STEPS

    supported = [point.asked_fmr for point in result.protected.points]
    if not supported:
        return
    fmr = MAX_FMR_STEPS[0] if MAX_FMR_STEPS[0] in supported else supported[0]
    screen.gap()
    screen.paragraph(door.say("evaluated.groups", fmr=f"{fmr:g}"), "bold")
    screen.table(
        [door.say("label.group"), door.say("label.people"), "FMR", "FNMR"],
        [
            (door.word("group", g.group), g.identities, _rate(p.fmr), _rate(p.fnmr))
            for g in result.groups
            for p in g.at_global
            if p.asked_fmr == fmr
        ],
    )


def _rate(rate: Rate) -> str:
    if not rate.trials:
        return "—"
    return f"{rate.errors / rate.trials:.2%} [{rate.low:.2%}–{rate.high:.2%}]"


# -- calibrate ------------------------------------------------------------------------------


def calibrate(
    context: typer.Context, folder: Folder, model: Model,
    population: Annotated[
        str, typer.Option("--population", help="option.population", metavar="NAME")
    ],
    groups: Groups = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Thresholds of a model from a population, the worst group governing."""
    from facekeep.cli.models import registry_of
    from facekeep.vision import calibration
    from facekeep.vision.calibration import Population

    door = Door.at(context, as_json)
    known = _groups(groups)
    registry = registry_of(door.settings)
    acquired = _acquired(registry, model, folder, door)
    people = Population(population, _today(), _detector(registry), acquired.failed)
    with door.aside.waiting(door.say("measure.pairs")):
        result = calibration.calibrate(acquired.features, _encoder(registry, model), known, people)
    registry.keep_calibration(model, result)
    door.answer(
        {"model": model, **asdict(result)},
        lambda screen: _show_calibration(screen, model, result, door),
    )


def _show_calibration(screen: Screen, model: str, result: Calibration, door: Door) -> None:
    screen.headline("good", door.say("calibrated"), f"{model} · {result.population.name}")
    screen.facts(
        [
            (door.say("label.people"), f"{result.identities:,}"),
            (door.say("label.pictures"), f"{result.pictures:,}"),
            (door.say("label.pairs"), f"{result.n_mated:,} · {result.n_non_mated:,}"),
        ]
    )
    screen.gap()
    screen.table(
        ["FMR", door.say("label.threshold"), door.say("label.governed_by")],
        [(f"{s.fmr:g}", s.threshold, door.word("group", s.governed_by)) for s in result.steps],
    )
    screen.gap()
    screen.note(door.say("calibrated.strictest", fmr=f"{result.steps[-1].fmr:g}"))


# -- shared ---------------------------------------------------------------------------------


def _acquired(registry: Registry, model: str, folder: Path, door: Door) -> Acquired:
    """Features of every picture; the pixels die one by one on the way."""
    from facekeep.vision.pipeline import Eyes
    from facekeep.vision.walk import acquire

    eyes = Eyes(registry.detector(), registry.embedder(model))
    with door.aside.progress(door.say("measure.looking")) as progress:
        return acquire(folder, eyes.for_evaluation, progress)


def _encoder(registry: Registry, model: str) -> CodeEncoder:
    """The edge with a rotation of its own: error rates hardly depend on which."""
    from secrets import token_bytes

    from facekeep.protect.encoding import encode, rotation

    matrix = rotation(token_bytes(32), registry.embedder(model).dim)
    return lambda vector, /: encode(vector, matrix)


def _groups(path: Path | None) -> Mapping[str, str]:
    from facekeep.vision.walk import read_groups

    return {} if path is None else read_groups(path)


def _detector(registry: Registry) -> str:
    return next(card.id for card in registry.list() if card.role == "detector")


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


# -- bench ----------------------------------------------------------------------------------


def bench_match(
    context: typer.Context,
    n: Annotated[int, typer.Option("--n", help="option.bench_n", min=1_000)] = 1_000_000,
    dim: Annotated[int, typer.Option("--dim", help="option.bench_dim", min=8, max=2048)] = 512,
    threads: Annotated[int, typer.Option("--threads", help="option.bench_threads", min=1)] = 2,
    as_json: AsJson = False,
) -> None:
    """Protected search against FAISS Flat float32: same threads, same run."""
    from facekeep.cli import bench

    door = Door.at(context, as_json)
    with door.aside.progress(door.say("bench.working")) as progress:
        result = bench.match(n, dim, threads, progress)
    show: Callable[[Screen], None] = lambda screen: _show_bench(screen, result, n, door)  # noqa: E731
    door.answer(asdict(result), show)


def _show_bench(screen: Screen, result: object, asked: int, door: Door) -> None:
    from facekeep.cli.bench import MatchBench

    assert isinstance(result, MatchBench)
    screen.headline(
        "good", door.say("bench.ratio", ratio=f"{result.ratio:.2f}"), "FAISS IndexFlatIP"
    )
    screen.facts(
        [
            (door.say("bench.rows"), f"{result.n:,} × {result.dim}"),
            (door.say("bench.threads"), result.threads),
            (door.say("bench.ours"), f"{result.ours_ms:.1f} ms"),
            (door.say("bench.faiss"), f"{result.faiss_ms:.1f} ms"),
            (door.say("bench.exact"), door.say("bench.yes" if result.exact else "bench.no")),
            (door.say("bench.bytes"), result.bytes_per_reference),
        ]
    )  # fmt: skip
    if result.n < asked:
        screen.note(door.say("bench.reduced", asked=f"{asked:,}"), "warn")
