from goals.reports.check_ins import DueCheckIn, due_check_ins, to_answer
from goals.reports.rows import ResultRow, results_with_status
from goals.reports.tree import PlanTree, plan_tree

__all__ = ["DueCheckIn", "PlanTree", "ResultRow", "due_check_ins", "plan_tree", "results_with_status", "to_answer"]
