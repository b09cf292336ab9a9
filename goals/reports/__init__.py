from goals.reports.check_ins import DueCheckIn, ToAnswer, due_check_ins, due_of, to_answer
from goals.reports.rows import ResultRow, results_with_status
from goals.reports.tree import PlanTree, plan_tree

__all__ = [
    "DueCheckIn",
    "PlanTree",
    "ResultRow",
    "ToAnswer",
    "due_check_ins",
    "due_of",
    "plan_tree",
    "results_with_status",
    "to_answer",
]
