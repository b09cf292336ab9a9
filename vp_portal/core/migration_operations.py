"""Operations of migrations."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation


class Together(SeparateDatabaseAndState):
    """Changes of different models, none of which needs another of them, as if they were made at once.

    Each change by itself has Django draw up all related models again, a fifth of a second every time.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        super().__init__(operations, operations)

    def deconstruct(self) -> Any:
        return self.__class__.__qualname__, [self.state_operations], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # Drawn up again, once, when it is asked for.
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.database_operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self.database_operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)
