from finance.models.account import Account, AccountGroup, AccountRange, ChartOfAccounts, SensitiveRange
from finance.models.allocation import (
    AllocationLine,
    EmptyBase,
    PassedOn,
    SupersededLine,
)
from finance.models.approval import BudgetApproval, VarianceComment
from finance.models.bare import BareCell
from finance.models.batch import ImportBatch, ImportProfile, ImportSource
from finance.models.budget import BudgetLine, BudgetVersion, ForecastBasis
from finance.models.budget_total import BudgetTotal
from finance.models.by_hand import HandAssignment, PostingFlag
from finance.models.cell import LedgerCell, LedgerSum
from finance.models.code_string import CodeString
from finance.models.codes import (
    ActivityCode,
    CostCentre,
    CostCentreUnit,
    Counterparty,
    Funder,
    LedgerProject,
)
from finance.models.driver import Consumer, Driver, DriverValue
from finance.models.funding import FundingIncome, FundingShare, FundingSource
from finance.models.funding_proposal import FundingProposal, FundingProposalShare
from finance.models.header_name import HeaderName
from finance.models.period_lock import PeriodLock
from finance.models.posting import Posting, SupersededPosting
from finance.models.rollup import CostRollup
from finance.models.rule import AllocationRule, AllocationShare, RuleCondition
from finance.models.run import AllocationRun
from finance.models.slice import CellSlice, SlicedPosting, SupersededSlice
from finance.models.supplier import SupplierBatch, SupplierSum
from finance.models.total import CostTotal, SpanTotal
from finance.models.upload import Upload

__all__ = [
    "Account",
    "AccountGroup",
    "AccountRange",
    "ActivityCode",
    "AllocationLine",
    "AllocationRule",
    "AllocationRun",
    "AllocationShare",
    "BareCell",
    "BudgetApproval",
    "BudgetLine",
    "BudgetTotal",
    "BudgetVersion",
    "CellSlice",
    "ChartOfAccounts",
    "CodeString",
    "Consumer",
    "CostCentre",
    "CostCentreUnit",
    "CostRollup",
    "CostTotal",
    "Counterparty",
    "Driver",
    "DriverValue",
    "EmptyBase",
    "ForecastBasis",
    "Funder",
    "FundingIncome",
    "FundingProposal",
    "FundingProposalShare",
    "FundingShare",
    "FundingSource",
    "HandAssignment",
    "HeaderName",
    "ImportBatch",
    "ImportProfile",
    "ImportSource",
    "LedgerCell",
    "LedgerProject",
    "LedgerSum",
    "PassedOn",
    "PeriodLock",
    "Posting",
    "PostingFlag",
    "RuleCondition",
    "SensitiveRange",
    "SlicedPosting",
    "SpanTotal",
    "SupersededLine",
    "SupersededPosting",
    "SupersededSlice",
    "SupplierBatch",
    "SupplierSum",
    "Upload",
    "VarianceComment",
]
