"""Linear and integer programs over scipy matrices, solved by HiGHS. Callers check every answer in whole numbers: the solver
is not trusted."""

import os
import sys
from functools import cache

import highspy
import numpy as np
import scipy.sparse as sparse

THREADS = 1  # the same for all HiGHS objects of a process; with one thread the answer is always the same
INFINITE = highspy.kHighsInf


class NoSolution(Exception):
    """The solver did not end with an optimal solution, whatever the reason."""


class Program:
    """rows[0] <= matrix x <= rows[1] and columns[0] <= x <= columns[1], solved for one objective after another.

    `matrix`: shape (rows, columns). `integer`: which columns must be whole numbers, shape (columns,), bool. `time_limit`:
    seconds for each objective.
    """

    def __init__(
        self,
        matrix: sparse.spmatrix,
        rows: tuple[np.ndarray, np.ndarray],
        columns: tuple[np.ndarray, np.ndarray],
        integer: np.ndarray | None = None,
        *,
        time_limit: float,
    ) -> None:
        matrix = matrix.tocsc()
        self.width, self.time_limit = matrix.shape[1], time_limit
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
        model.col_cost_ = np.zeros(self.width)
        model.col_lower_, model.col_upper_ = columns
        model.row_lower_, model.row_upper_ = rows
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data.astype(float)
        _swallow_banner()
        self.solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", THREADS), ("mip_rel_gap", 1e-6), ("random_seed", 0)):
            self.solver.setOptionValue(option, value)
        self.solver.passModel(model)
        self.set_integer(integer)

    def set_integer(self, integer: np.ndarray | None) -> None:
        """Set which columns must be whole numbers, shape (columns,), bool; None for no column."""
        kinds = np.full(self.width, highspy.HighsVarType.kContinuous, dtype=object)
        if integer is not None:
            kinds[integer] = highspy.HighsVarType.kInteger
        self.solver.changeColsIntegrality(self.width, np.arange(self.width, dtype=np.int32), kinds)

    def best(self, cost: np.ndarray, *, maximise: bool = False) -> np.ndarray:
        """The x with the least (or greatest) cost · x; shape (columns,). Raises :class:`NoSolution`."""
        columns = np.arange(self.width, dtype=np.int32)
        self.solver.changeColsCost(self.width, columns, np.asarray(cost, dtype=float))
        sense = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
        self.solver.changeObjectiveSense(sense)
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + self.time_limit)
        run, status = self.solver.run(), self.solver.getModelStatus()
        if run != highspy.HighsStatus.kOk or status != highspy.HighsModelStatus.kOptimal:
            raise NoSolution(self.solver.modelStatusToString(status))
        return np.array(self.solver.getSolution().col_value)


@cache
def _swallow_banner() -> None:
    """Make the first HiGHS object while standard output is closed: the library prints a banner then, whatever its options
    say, and the banner would stand in the output of commands that print JSON."""
    sys.stdout.flush()
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)
