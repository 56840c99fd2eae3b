"""The picture of a card without patients' names in it and without small counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from plotly.graph_objects import Figure

from iren_core.card import Card
from iren_core.figures import theme
from iren_core.figures.text import BREAK, wrapped
from iren_core.share_safe.counts import LARGE, SMALL, is_small, still_at_risk
from iren_core.wording import listed

#: Where pointing at a mark shows how many patients it stands for.
_SIZE_OF_HOVER = re.compile(r"\bn = %\{customdata\[(\d+)\]\}")
#: In the place of a panel of which nothing may be shown.
NOT_DRAWN = (
    "Not drawn where it is shared: a curve of fewer than 5 patients, or one that ends where fewer than 5 had the event "
    "or had it not, would tell how many"
)
FEW_POINTS = "Not drawn where it is shared: points of fewer than 5 patients could be counted"
NO_LANES = "Not drawn where it is shared: one lane is one patient"
#: What stands along the axis of a picture of one lane a patient.
LANE = "Patient"
#: Width of a line of such a sentence, in a panel of the narrowest picture.
_MESSAGE_PX = 130
#: Roles of traces that are one patient a point, or one patient a line.
_POINTS = ("observed", "point", "pair")
#: Roles of what stands for the points of a group together.
_OF_A_GROUP = ("summary", "estimate", "band", "limit")
#: Traces that draw patients one by one: their hover names them.
_PEOPLE = re.compile(r"Patient ")


def mask_picture(card: Card, say: Callable[[str], str], at_risk: dict[str, list[list[str]]]) -> Figure:
    """A copy of the card's picture.

    Parameters
    ----------
    say : how a line of words is written
    at_risk : group -> its masked rows of patients at risk, a panel each, in the order of the panels
    """
    layout = card.figure.layout.to_plotly_json()
    has_columns = any(trace.type == "bar" for trace in card.figure.data)
    layout["annotations"] = [
        _annotation(note, say, above_column=has_columns and note.get("yref") != "paper")
        for note in layout.get("annotations", ())
    ]
    if "meta" in layout:
        layout["meta"] = _described(layout["meta"], say)
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")) and axis.get("ticktext"):
            axis["ticktext"] = [_lines(str(text), say) for text in axis["ticktext"]]
    rows = {group: iter(panels) for group, panels in at_risk.items()}
    plain = [trace.to_plotly_json() for trace in card.figure.data]
    if any(panel.get("y_title") == LANE for panel in (layout.get("meta") or {}).get("panels", ())):
        plain = _without_lanes(plain, layout)
    plain = _without_few_points([_without_few_above(trace) for trace in plain])
    plain = _without_telling_curves(plain)
    _say_what_is_not_drawn(plain, layout)
    traces = [_named(_hovers(_trace(trace, layout["annotations"], say, rows), say), say) for trace in plain]
    return Figure({"data": traces, "layout": layout})


def _without_telling_curves(traces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The traces with no curve of a group of fewer than five, nor one that ends at a masked count of its group.

    A curve tells by its last height, times the patients at its start, how many had the event, and how many had not.
    """
    keys = [_curve_of(trace) for trace in traces]
    starts = {
        key: int(trace["text"][0])
        for key, trace in zip(keys, traces, strict=True)
        if key and _role(trace) == "at_risk" and str(trace["text"][0]).isdigit()
    }
    tells = {
        key
        for key, trace in zip(keys, traces, strict=True)
        if key in starts and _role(trace) == "estimate" and _ends_at_few(trace, starts[key])
    }
    kept = []
    for key, trace in zip(keys, traces, strict=True):
        if key not in tells or _role(trace) == "at_risk":
            kept.append(trace)
        elif _role(trace) == "estimate":
            kept.append(_blank(trace))
    return kept


def _without_few_above(trace: dict[str, Any]) -> dict[str, Any]:
    """Points without those in the strip above the axis, the patients who died, where they are few."""
    above = trace["meta"].get("above") if _role(trace) == "point" else None
    kept = [place for place, y in enumerate(trace["y"]) if y != above] if above is not None else []
    if above is None or not is_small(len(trace["y"]) - len(kept)):
        return trace
    return trace | {name: [trace[name][place] for place in kept] for name in ("x", "y", "customdata")}


def _without_few_points(traces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The traces without points or lines of fewer than five patients, and without their medians and fitted lines."""
    patients: dict[tuple[str, str, str], int] = defaultdict(int)
    for trace in traces:
        if _is_of_patients(trace):
            patients[_place_of(trace)] += 1 if _role(trace) == "pair" else len(trace["x"])
    few = {key for key, n in patients.items() if is_small(n)}
    kept, said = [], set()
    for trace in traces:
        xaxis, yaxis, group = _place_of(trace)
        own = next((key for key in few if key[:2] == (xaxis, yaxis) and _is_about(group, key[2])), None)
        if own is None or not (_is_of_patients(trace) or _role(trace) in _OF_A_GROUP):
            kept.append(trace)
        elif own not in said:
            said.add(own)
            blank = _blank(trace)
            kept.append(
                {**blank, "meta": blank["meta"] | {"undrawn": own[2] or "a group", "of_points": True}}
            )
    return kept


def _is_of_patients(trace: dict[str, Any]) -> bool:
    return _role(trace) in _POINTS and _names_patients(trace)


def _place_of(trace: dict[str, Any]) -> tuple[str, str, str]:
    meta = trace.get("meta") or {}
    return str(trace.get("xaxis") or "x"), str(trace.get("yaxis") or "y"), str(meta.get("group", ""))


def _is_about(group: str, of_points: str) -> bool:
    """Whether a trace is about the group of some points: their median is called by the group and what it says."""
    return group == of_points or group.startswith(f"{of_points}, ")


def _without_lanes(traces: list[dict[str, Any]], layout: dict[str, Any]) -> list[dict[str, Any]]:
    """No lanes, one a patient, and no names along the axis: they list the patients with all that befell them."""
    layout["yaxis"] |= {"tickvals": [], "ticktext": []}
    for panel in layout["meta"]["panels"]:
        panel.pop("y_words", None)
    return [_blank(traces[0])]


def _say_what_is_not_drawn(traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    """What is not drawn, and in the place of a panel of which nothing is left also why."""
    for panel in (layout.get("meta") or {}).get("panels", ()):
        on = [
            one
            for one in traces
            if (one.get("xaxis", "x"), one.get("yaxis", "y")) == (panel["xaxis"], panel["yaxis"])
        ]
        undrawn = [group for one in on if (group := one["meta"].get("undrawn"))]
        if not undrawn:
            continue
        if any(
            _role(one) in ("estimate", *_POINTS) for one in on
        ):  # words in the picture would lie on the other curves
            panel["note"] = f"{panel['note']}. Not drawn where it is shared: {listed(undrawn)}".removeprefix(
                ". "
            )
            continue
        of_points = any(one["meta"].get("of_points") for one in on)
        said = NO_LANES if panel["y_title"] == LANE else FEW_POINTS if of_points else NOT_DRAWN
        panel["empty_message"] = said
        layout["annotations"].append({
            "text": BREAK.join(wrapped(said, _MESSAGE_PX, theme.SMALL)), "showarrow": False, "x": 0.5, "y": 0.5,
            "xref": f"{panel['xaxis']} domain", "yref": f"{panel['yaxis']} domain",
            "font": {"size": theme.SMALL, "color": theme.MUTED},
        })  # fmt: skip


def _role(trace: dict[str, Any]) -> str:
    return str((trace.get("meta") or {}).get("role", ""))


def _curve_of(trace: dict[str, Any]) -> tuple[str, str] | None:
    """The curve that a trace belongs to: its group, and the axis of days that its numbers at risk share."""
    if _role(trace) not in ("estimate", "band", "limit", "censored", "at_risk"):
        return None
    return str(trace["meta"].get("group", "")), str(trace.get("xaxis") or "x")


def _ends_at_few(trace: dict[str, Any], start: int) -> bool:
    heights = [y for y in trace["y"] if y is not None]
    had = round(heights[-1] * start) if heights else 0
    return is_small(start) or is_small(had) or is_small(start - had)


def _blank(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace with nothing in it on the same axes, for Plotly draws no axes where there is no trace."""
    axes = {name: trace[name] for name in ("xaxis", "yaxis") if name in trace}
    meta = {"role": "key", "group": "", "undrawn": str(trace["meta"].get("group", "")) or "a curve"}
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "showlegend": False,
        "hoverinfo": "skip",
        "meta": meta,
    } | axes


def _named(trace: dict[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """The trace with its names as they may be said: a group may be called by how many of it are drawn."""
    named = {
        name: _lines(trace[name], say) for name in ("name", "legendgroup") if isinstance(trace.get(name), str)
    }
    meta = {name: _lines(one, say) if isinstance(one, str) else one for name, one in trace["meta"].items()}
    return {**trace, **named, "meta": meta}


def _hovers(trace: dict[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """The trace with the numbers of patients that pointing shows masked, and without points that words give away."""
    rows = trace.get("customdata")
    if rows is None or any(row is None or isinstance(row, str | int | float) for row in rows):
        return trace
    rows = [list(row) for row in rows]
    for place in map(int, _SIZE_OF_HOVER.findall(str(trace.get("hovertemplate")))):
        for row in rows:
            row[place] = say(f"n = {row[place]}").removeprefix("n ").removeprefix("= ")
    told = [" ".join(str(one) for one in row if isinstance(one, str)) for row in rows]
    if not all(told) or not isinstance(trace.get("x"), list | tuple | np.ndarray):
        return {**trace, "customdata": rows}
    kept = [place for place, x in enumerate(trace["x"]) if say(f"{x:.2f}")]
    rows = [[say(one) if isinstance(one, str) else one for one in row] for row in rows]
    return trace | {
        name: [all_of[place] for place in kept]
        for name, all_of in (("x", trace["x"]), ("y", trace["y"]), ("customdata", rows))
    }


def _described(part: Any, say: Callable[[str], str]) -> Any:
    """What the figure says of its panels, for native charts: words and numbers of patients alike."""
    if isinstance(part, dict):
        return {
            name: [say(f"n = {n}").removeprefix("n ").removeprefix("= ") for n in inner]
            if name == "counts"
            else _described(inner, say)
            for name, inner in part.items()
        }
    if isinstance(part, list | tuple):
        return type(part)(_described(inner, say) for inner in part)
    return _lines(part.replace("\n", "<br>"), say).replace("<br>", "\n") if isinstance(part, str) else part


def _lines(text: str, say: Callable[[str], str]) -> str:
    """Line by line: a line that rests on a masked count goes, the others stay."""
    return "<br>".join(said for line in text.split("<br>") if (said := say(line)) or not line)


def _annotation(note: dict[str, Any], say: Callable[[str], str], *, above_column: bool) -> dict[str, Any]:
    text = str(note.get("text", ""))
    said = _count(text) if above_column and text.isdigit() else _lines(text, say)
    if above_column and said != text:
        return {
            **note,
            "text": said,
            "y": 0,
        }  # else its height would tell where the column or its whisker ends
    return {**note, "text": said}


def _trace(
    trace: dict[str, Any], notes: list[dict[str, Any]], say: Callable[[str], str], rows: dict[str, Any]
) -> dict[str, Any]:
    role = (trace.get("meta") or {}).get("role")
    if role == "at_risk":
        texts = next(rows.get(trace["meta"]["group"], iter(())), None) or still_at_risk(trace["text"])
        trace = {**trace, "text": texts, "customdata": None}
    elif role == "pair":
        trace = _nameless({**trace, "name": "", "meta": {**trace["meta"], "patient": ""}})
    elif _names_patients(trace):
        trace = _nameless(trace)
    elif role == "estimate" and _is_curve(trace):
        trace = {**trace, "customdata": None, "hovertemplate": "Day %{x}<br>%{y:.1%}"}
    elif role in ("observed", "predicted") and trace["type"] == "bar":
        trace = _bar(trace, notes)
    elif role not in ("key", None) and isinstance(trace.get("text"), list | tuple):
        trace = _points(trace, say)
    return trace


def _count(text: str) -> str:
    return SMALL if text.isdigit() and is_small(int(text)) else text


def _is_curve(trace: dict[str, Any]) -> bool:
    template = trace.get("hovertemplate")
    return "Day" in str(template[0] if isinstance(template, list | tuple) and template else template)


def _names_patients(trace: dict[str, Any]) -> bool:
    texts = trace.get("text")
    first = next((str(text) for text in texts), "") if isinstance(texts, list | tuple) else str(texts or "")
    return bool(_PEOPLE.match(str(trace.get("hovertemplate") or "")) or _PEOPLE.match(first))


def _nameless(trace: dict[str, Any]) -> dict[str, Any]:
    return {**trace, "customdata": None, "text": None, "hovertemplate": None, "hoverinfo": "skip"}


def _bar(trace: dict[str, Any], notes: list[dict[str, Any]]) -> dict[str, Any]:
    """Columns over which a masked count or none stands are not drawn: their height would tell it."""
    axis = trace.get("xaxis", "x")
    gone = {note["x"] for note in notes if note.get("xref") == axis and _is_masked(str(note.get("text", "")))}
    places = [place for place, x in enumerate(trace["x"]) if x in gone]
    error = {**trace["error_y"]}
    for part in ("array", "arrayminus"):
        error[part] = [None if i in places else one for i, one in enumerate(error.get(part) or [])]
    return {
        **trace,
        "y": [None if i in places else y for i, y in enumerate(trace["y"])],
        "customdata": [None if i in places else row for i, row in enumerate(trace["customdata"])],
        "error_y": error,
    }


def _is_masked(text: str) -> bool:
    return not text or text.startswith((SMALL, LARGE, "1 to "))


def _points(trace: dict[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """Points whose words hold a masked count are not drawn: their place would tell it."""
    texts = [str(text) for text in trace["text"]]
    gone = [say(text.replace("<br>", " ")) != text.replace("<br>", " ") for text in texts]
    if not any(gone):
        return trace
    masked = dict(trace)
    for part in ("x", "y", "text"):
        masked[part] = [one for one, is_gone in zip(trace[part], gone, strict=True) if not is_gone]
    if (error := trace.get("error_x")) and error.get("array") is not None:
        masked["error_x"] = error | {
            part: [one for one, is_gone in zip(error[part], gone, strict=True) if not is_gone]
            for part in ("array", "arrayminus")
            if error.get(part) is not None
        }
    return masked
