"""Operations of migrations."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation


class Together(SeparateDatabaseAndState):
    """Changes of one kind, none of which needs another of them to be made in the database first.

    Each change by itself has Django draw up all related models again, a fifth of a second every time; here it is once.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        super().__init__(operations, operations)

    def deconstruct(self) -> Any:
        return self.__class__.__qualname__, [self.state_operations], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        changed: set[tuple[str, str]] = set()
        state.reload_model = lambda app, model, delay=False: changed.add((app, model))  # Django's call
        try:
            super().state_forwards(app_label, state)
        finally:
            del state.reload_model
        state.reload_models(changed, delay=False)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.database_operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self.database_operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)
