"""Fisher's exact test for tables of any size (Freeman and Halton), never random within its limit of work.

The table is filled column by column. Partial tables that leave the rows the same room, whatever the order of the
rows, and that have the same probability are pooled; partial tables that can only end in tables less probable than the
observed one are set aside. The last two columns are looked up in one sorted list for each state. This is the idea
of Mehta and Patel's network algorithm, which R uses, put into array operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from iren_core.stats.proportions import Interval, clopper_pearson
from iren_core.stats.samples import Floats, Ints

TIE_TOLERANCE = 1e-7
"""Tables whose probabilities differ by less than this share count as equally probable, as in R."""
WORK_LIMIT = 40_000_000
"""Most partial tables that are looked at before the test turns to simulation: some six seconds."""
SIMULATED_TABLES = 100_000
SEED = 20000115

_UNIT = 2.0**40  # log x! is pooled as a whole number of these parts, so that equal sums are equal
_BLOCK = 500_000
_SLACK = 1e-6
_MANY = 300_000  # with so many ways to come ...
_SOME = 16  # ... one node in so many is looked at ahead of the others
_DIGITS = 1e-9


class ExactP(NamedTuple):
    """A p-value; ``interval`` is None when it is exact, else the 99% interval of the simulation."""

    p_value: float
    interval: Interval | None


def freeman_halton(table: Ints, *, work_limit: int = WORK_LIMIT) -> ExactP:
    """Chance, with both margins fixed, of a table no more probable than this one.

    Parameters
    ----------
    table : (rows, columns) counts without empty rows or columns
    work_limit : most partial tables that are looked at before p is simulated with a fixed seed

    References
    ----------
    1. Freeman GH, Halton JH. Note on an exact treatment of contingency, goodness of fit and other problems of
       significance. Biometrika 1951;38:141-149.
    2. Mehta CR, Patel NR. A network algorithm for performing Fisher's exact test in r x c contingency tables.
       J Am Stat Assoc 1983;78:427-434.

    Examples
    --------
    >>> round(freeman_halton(np.array([[5, 3, 2], [0, 4, 0]])).p_value, 5)
    0.12587
    """
    counts = table if table.shape[0] <= table.shape[1] else table.T
    try:
        return ExactP(_Network(counts, work_limit).p_value(), None)
    except _TooMuchWorkError:
        return _simulated(counts)


class _TooMuchWorkError(Exception):
    """The exact sum would take too long."""


class _States(NamedTuple):
    """Partial tables, pooled. A node is the room that is left in each row, ascending.

    room : (nodes, rows) the nodes
    node : (states,) which node, ascending
    value : (states,) sum of log x! over the cells filled, in parts; ascending within a node
    weight : (states,) probability
    """

    room: Ints
    node: Ints
    value: Ints
    weight: Floats


class _Splits(NamedTuple):
    """Ways to fill one column from each node.

    node : (splits,) the node they start from, ascending
    cells : (splits, rows) the column
    value : (splits,) sum of log x! over the column, in parts
    probability : (splits,) given the node
    """

    node: Ints
    cells: Ints
    value: Ints
    probability: Floats


class _Network:
    """All tables with the margins of one table, walked through column by column, the two largest columns last."""

    def __init__(self, counts: Ints, work_limit: int) -> None:
        """Take the margins; ``work_limit`` is the number of partial tables after which to give up."""
        self.rows: Ints = np.sort(counts.sum(axis=1))
        self.columns: list[int] = np.sort(counts.sum(axis=0)).tolist()
        self.work_left = work_limit
        self.log_factorial: Floats = gammaln(np.arange(counts.sum() + 1) + 1.0)
        self.parts: Ints = np.rint(self.log_factorial * _UNIT).astype(np.int64)
        self.threshold = float(self.log_factorial[counts].sum()) - TIE_TOLERANCE
        self.base = int(self.rows[-1]) + 1
        if float(self.base) ** (len(self.rows) - 1) > 2.0**62:
            raise _TooMuchWorkError
        self.radix: Ints = self.base ** np.arange(len(self.rows) - 1)

    def p_value(self) -> float:
        """One minus the tables more probable; the others added up instead where the difference costs digits."""
        probable, _ = self._masses(prune=True)
        p = 1.0 - probable
        lost = 8 * np.finfo(float).eps * float(self.log_factorial[-1])
        if lost > _DIGITS * p:
            try:
                _, p = self._masses(prune=False)
            except _TooMuchWorkError:
                return max(p, 0.0)
        return min(1.0, p)

    def _masses(self, *, prune: bool) -> tuple[float, float]:
        """Probability of the tables more probable than the observed one, and of the others.

        With ``prune`` columns that can only lead to the others are never made, and the second number is too low.
        """
        one = np.zeros(1, dtype=np.int64)
        states = _States(self.rows[None, :], one, one, np.ones(1))
        extreme = 0.0
        for index in range(len(self.columns) - 2):
            states, dropped = self._fill(states, index, prune=prune)
            extreme += dropped
            if not len(states.node):
                return 0.0, extreme
        probable, rest = self._finish(states, prune=prune)
        return probable, extreme + rest

    def _fill(self, states: _States, index: int, *, prune: bool) -> tuple[_States, float]:
        """Fill one column; set aside what can only end in less probable tables, and return its probability."""
        self._look_ahead(states, index, prune=prune)
        return self._filled(states, index, prune=prune, some=1)

    def _filled(self, states: _States, index: int, *, prune: bool, some: int) -> tuple[_States, float]:
        """The states reached, those only whose key ``some`` divides, and the probability set aside on the way."""
        reached, extreme = [], 0.0
        for splits in self._splits(states, index, prune=prune):
            pooled, key = self._pooled(states, splits)
            if some > 1:
                kept = key % some == 0
                pooled, key = _Splits(*(part[kept] for part in pooled)), key[kept]
            found, dropped = self._reach(states, pooled, key, index)
            reached.append(found)
            extreme += dropped
        key, value, weight = reached[0]
        if len(reached) > 1:
            key, value, weight = _pool(*map(np.concatenate, zip(*reached, strict=True)))
        nodes, node = np.unique(key, return_inverse=True)
        return _States(self._rooms(nodes, index + 1), node, value, weight), extreme

    def _look_ahead(self, states: _States, index: int, *, prune: bool) -> None:
        """Give up now where this column and the next take more than the work left.

        Only some of the nodes are gone through, here and after this column, so less than the whole work is counted, and
        nothing is given up that would have come to an end.
        """
        nodes = len(states.room)
        splits = nodes * int(np.prod(np.minimum(self.rows[:-1], self.columns[index]) + 1.0))
        pairs = splits * len(states.node) // nodes
        if pairs < _MANY:
            return
        left, apart = self.work_left, min(nodes, -(-splits // _MANY), _SOME)
        some = states.node % apart == 0
        part = _States(
            states.room[::apart], states.node[some] // apart, states.value[some], states.weight[some]
        )
        reached, _ = self._filled(part, index, prune=prune, some=max(_SOME, pairs // _BLOCK))
        if len(reached.node):
            for after in self._splits(reached, index + 1, prune=prune):
                if index + 1 < len(self.columns) - 2:
                    self._spend(_pair_count(reached.node, self._pooled(reached, after)[0].node))
        self.work_left = left

    def _pooled(self, states: _States, splits: _Splits) -> tuple[_Splits, Ints]:
        """The splits of a node that lead to the same node at the same price made one, and where they lead."""
        key = np.sort(states.room[splits.node] - splits.cells, axis=1)[:, :-1] @ self.radix
        node, key, value, probability = _pool(splits.node, key, splits.value, splits.probability)
        return _Splits(node, np.empty((len(node), 0), dtype=np.int64), value, probability), key

    def _reach(
        self, states: _States, splits: _Splits, key: Ints, index: int
    ) -> tuple[tuple[NDArray[Any], ...], float]:
        """Every state with every split of its node, pooled: node, value, weight; and the probability set aside."""
        source, split = _pairs(states.node, splits.node, self._spend)
        value = states.value[source] + splits.value[split]
        weight = states.weight[source] * splits.probability[split]
        nodes, node = np.unique(key, return_inverse=True)
        bound = self._least(index + 1).of(self._rooms(nodes, index + 1))
        hopeless = value / _UNIT + bound[node[split]] >= self.threshold
        kept = ~hopeless
        return _pool(key[split][kept], value[kept], weight[kept]), float(weight[hopeless].sum())

    def _rooms(self, nodes: Ints, index: int) -> Ints:
        """The room in each row, from the keys of nodes; the last row has what the others leave."""
        cells = np.column_stack([nodes // step % self.base for step in self.radix.tolist()])
        return np.column_stack([cells, sum(self.columns[index:]) - cells.sum(axis=1)])

    def _finish(self, states: _States, *, prune: bool) -> tuple[float, float]:
        """Fill the last two columns: for each state the tables below the threshold, and those above."""
        probable = extreme = 0.0
        limit = int(self.threshold * _UNIT)
        starts = np.searchsorted(states.node, np.arange(len(states.room) + 1))
        for splits in self._splits(states, len(self.columns) - 2, prune=prune):
            rest = states.room[splits.node] - splits.cells
            value = splits.value + self.parts[rest].sum(axis=1)
            order = np.lexsort((value, splits.node))
            value, probability, node = value[order], splits.probability[order], splits.node[order]
            for first, last in _runs(node):
                state = slice(starts[node[first]], starts[node[first] + 1])
                place = np.searchsorted(value[first:last], limit - states.value[state])
                below = np.append(0.0, np.cumsum(probability[first:last]))
                above = np.append(np.cumsum(probability[first:last][::-1])[::-1], 0.0)
                probable += float(states.weight[state] @ below[place])
                extreme += float(states.weight[state] @ above[place])
        return probable, extreme

    def _splits(self, states: _States, index: int, *, prune: bool) -> Iterator[_Splits]:
        """Every way to fill the column from every node, in blocks."""
        lowest = states.value[np.searchsorted(states.node, np.arange(len(states.room)))] / _UNIT
        budget = self.threshold + _SLACK - lowest if prune else np.full(len(lowest), np.inf)
        size = max(1, int(_BLOCK / self._guess(states.room, budget, index, prune=prune)))
        for first in range(0, len(states.room), size):
            block = np.arange(first, min(first + size, len(states.room)))
            node, cells = self._cells(states.room, block, budget, index)
            self._spend(len(node) * len(self.rows) // 2)
            yield self._weighed(states.room, node, cells, index)

    def _guess(self, room: Ints, budget: Floats, index: int, *, prune: bool) -> float:
        """Roughly how many splits a node has; gives up where its first cells alone are more than the work left."""
        least, column = self._least(index), self.columns[index]
        free = budget - least.of(room) + least.table[room[:, 0]]
        _, low, high = self._ranges(room[:, 0], room[:, 1:], np.full(len(room), column), free, index)
        first = int(np.maximum(high - low + 1, 0).sum())
        if first > self.work_left:
            raise _TooMuchWorkError
        cells = np.minimum(self.rows[1:-1], column) + 1.0
        return max(1.0, first / len(room)) * float(
            np.prod(np.minimum(cells, 8 * np.sqrt(cells) + 1) if prune else cells)
        )

    def _ranges(
        self, margin: Ints, later: Ints, left: Ints, free: Floats, index: int
    ) -> tuple[_Cost, Ints, Ints]:
        """The cost of a cell, and its range: what the later rows leave it, and what ``free`` can pay."""
        cost = _Cost(
            self.log_factorial, self._least(index + 1).table, float(np.log(self.columns[index])), margin
        )
        low = np.maximum(0, left - later.sum(axis=1))
        return cost, *cost.range_within(low, np.minimum(margin, left), free)

    def _cells(self, room: Ints, block: Ints, budget: Floats, index: int) -> tuple[Ints, Ints]:
        """The columns, cell by cell, kept while the rest can still bring them below the budget of their node."""
        least = self._least(index)
        node, left = block, np.full(len(block), self.columns[index])
        spare = budget[block] - least.of(room[block])
        cells = np.zeros((len(block), 0), dtype=np.int64)
        for row in range(room.shape[1]):
            margin = room[node, row]
            free = spare + least.table[margin]
            cost, low, high = self._ranges(margin, room[node, row + 1 :], left, free, index)
            times = np.maximum(high - low + 1, 0)
            self._spend(int(times.sum()))
            source = np.repeat(np.arange(len(node)), times)
            cell = low[source] + np.arange(len(source)) - np.repeat(np.cumsum(times) - times, times)
            spare = free[source] - cost.at(cell, margin[source])
            node, left = node[source], left[source] - cell
            cells = np.column_stack([cells[source], cell])
        return node, cells

    def _weighed(self, room: Ints, node: Ints, cells: Ints, index: int) -> _Splits:
        margins = room[node]
        log = self.log_factorial
        total, column = sum(self.columns[index:]), self.columns[index]
        whole = log[total] - log[column] - log[total - column]
        chance = np.exp((log[margins] - log[cells] - log[margins - cells]).sum(axis=1) - whole)
        return _Splits(node, cells, self.parts[cells].sum(axis=1), chance)

    def _least(self, index: int) -> _Least:
        return _Least(self.log_factorial, int(self.rows[-1]), self.columns[index:])

    def _spend(self, work: int) -> None:
        self.work_left -= work
        if self.work_left < 0:
            raise _TooMuchWorkError


class _Least:
    """Lower bound of the sum of log x! over some columns, from the rows alone.

    Each row spreads its room over the columns as it likes, with a reward of log c for every patient put into a column
    with total c; the rewards are taken off again, the column totals being known. That is a Lagrangian bound, and
    near tight because at the optimum cells are about proportional to the column totals.
    """

    def __init__(self, log_factorial: Floats, largest: int, columns: list[int]) -> None:
        """``table[y]`` is the least cost of a row with room y: a sum of the cheapest steps, as log x! is convex."""
        tilts = np.log(np.array(columns, dtype=float))
        steps = np.diff(log_factorial[: largest + 1])
        cheapest = np.sort((steps[:, None] - tilts).ravel())[:largest]
        self.table: Floats = np.append(0.0, np.cumsum(cheapest))
        self.rewards = float((np.array(columns) * tilts).sum())

    def of(self, room: Ints) -> Floats:
        """The bound for each node."""
        bound: Floats = self.table[room].sum(axis=1) + self.rewards
        return bound


class _Cost:
    """Least cost of a row in which a cell of the present column holds x: convex in x."""

    def __init__(self, log_factorial: Floats, after: Floats, tilt: float, margin: Ints) -> None:
        """``after`` is the cost table of the later columns, ``margin`` the room of the row, one per node."""
        self.log_factorial, self.after, self.tilt, self.margin = log_factorial, after, tilt, margin

    def at(self, cell: Ints, margin: Ints) -> Floats:
        """The cost of these cells."""
        cost: Floats = self.log_factorial[cell] - cell * self.tilt + self.after[margin - cell]
        return cost

    def range_within(self, low: Ints, high: Ints, limit: Floats) -> tuple[Ints, Ints]:
        """First and last x between ``low`` and ``high`` that cost at most ``limit``; an empty range if none."""
        if np.isinf(limit).all():
            return low, high
        margin = self.margin
        bottom = _first(low, high, lambda x: self.at(np.minimum(x + 1, high), margin) >= self.at(x, margin))
        first = _first(low, bottom, lambda x: self.at(x, margin) <= limit)
        past = _first(bottom, high + 1, lambda x: self.at(np.minimum(x, high), margin) > limit)
        none = self.at(bottom, margin) > limit
        return np.where(none, high + 1, first), np.where(none, high, past - 1)


def _first(low: Ints, high: Ints, holds: Callable[[Ints], NDArray[np.bool_]]) -> Ints:
    """The first x from ``low`` on at which a condition, false then true, holds; ``high`` if it never does."""
    low, high = low.copy(), np.maximum(low, high)
    while (open_ := low < high).any():
        middle = (low + high) // 2
        true = holds(middle)
        high = np.where(open_ & true, middle, high)
        low = np.where(open_ & ~true, middle + 1, low)
    return low


def _pool(*columns: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Add up the last column over the entries that agree in all others; the result is sorted by these."""
    keys, weight = columns[:-1], columns[-1]
    if not len(weight):
        return columns
    packed = _packed(keys)
    if packed is None:
        order = np.lexsort(keys[::-1])
        fresh = np.any([np.diff(key[order]) != 0 for key in keys], axis=0)
    else:
        order = np.argsort(packed)
        fresh = np.diff(packed[order]) != 0
    starts = np.append(0, np.flatnonzero(fresh) + 1)
    first = order[starts]
    return (*(key[first] for key in keys), np.add.reduceat(weight[order], starts))


def _packed(keys: tuple[Ints, ...]) -> Ints | None:
    """The keys as one whole number in the same order, which is much quicker to sort; None where 63 bits are too few."""
    lowest = [int(key.min()) for key in keys]
    bits = [int(key.max() - low).bit_length() for key, low in zip(keys, lowest, strict=True)]
    if sum(bits) > 63:
        return None
    packed = keys[0] - lowest[0]
    for key, low, width in zip(keys[1:], lowest[1:], bits[1:], strict=True):
        packed = (packed << width) | (key - low)
    return packed


def _pairs(left: Ints, right: Ints, announce: Callable[[int], None]) -> tuple[Ints, Ints]:
    """Positions of all pairs with the same node, their number announced first; ``left`` is ascending."""
    start, stop = np.searchsorted(left, right), np.searchsorted(left, right, side="right")
    times = stop - start
    announce(int(times.sum()))
    split = np.repeat(np.arange(len(right)), times)
    source = start[split] + np.arange(len(split)) - np.repeat(np.cumsum(times) - times, times)
    return source, split


def _pair_count(left: Ints, right: Ints) -> int:
    """The number of those pairs."""
    return int(np.sum(np.searchsorted(left, right, side="right") - np.searchsorted(left, right)))


def _runs(node: Ints) -> Iterator[tuple[int, int]]:
    """First and past-the-last position of each run of equal nodes."""
    edges = np.flatnonzero(np.append(True, np.diff(node) != 0)).tolist()
    yield from zip(edges, [*edges[1:], len(node)], strict=True)


def _simulated(counts: Ints) -> ExactP:
    """Monte Carlo with a fixed seed: the same table always gives the same p.

    Tables with the given margins are drawn cell by cell, all at once, each cell being hypergeometric given the others.
    """
    rng = np.random.default_rng(SEED)
    limit = float(gammaln(counts + 1.0).sum()) - TIE_TOLERANCE
    column_left = np.tile(counts.sum(axis=0), (SIMULATED_TABLES, 1))
    value = np.zeros(SIMULATED_TABLES)
    for total in counts.sum(axis=1)[:-1].tolist():
        row_left = np.full(SIMULATED_TABLES, total)
        others = column_left.sum(axis=1)
        for column in range(counts.shape[1]):
            others -= column_left[:, column]
            cell = rng.hypergeometric(column_left[:, column], others, row_left)
            column_left[:, column] -= cell
            row_left -= cell
            value += gammaln(cell + 1.0)
    value += gammaln(column_left + 1.0).sum(axis=1)
    extreme = int((value >= limit).sum())
    interval = clopper_pearson(extreme, SIMULATED_TABLES, confidence=0.99)
    return ExactP((extreme + 1) / (SIMULATED_TABLES + 1), interval)
