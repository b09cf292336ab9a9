"""The ledger's rows added up by supplier, batch by batch, after the booking: the import doesn't wait for it."""

import datetime as dt

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from finance.models import SupplierBatch

#: The task's name in `finance/tasks.py`, and the lock that keeps one such job in the queue.
SUM_SUPPLIERS = "finance.sum_suppliers"
_FILL = """
    INSERT INTO finance_suppliersum (batch_id, period, code_string_id, supplier_no, supplier_name, amount, row_count)
    SELECT batch_id, period, code_string_id, supplier_no, supplier_name, sum(amount), count(*)
    FROM finance_posting WHERE batch_id = %s AND (supplier_no <> '' OR supplier_name <> '')
    GROUP BY batch_id, period, code_string_id, supplier_no, supplier_name
"""


def request_sums() -> None:
    """Has the worker add up what is booked, once the transaction is done. One waiting job is enough."""
    try:
        with transaction.atomic():
            app.configure_task(SUM_SUPPLIERS, queueing_lock=SUM_SUPPLIERS).defer()
    except AlreadyEnqueued:
        return


def sum_waiting(*, at: dt.datetime) -> int:
    """Adds up every batch that waits, each in a transaction of its own. Returns how many."""
    batches = list(SupplierBatch.objects.waiting().values_list("pk", flat=True))
    for batch in batches:
        sum_batch(batch, at=at)
    return len(batches)


@transaction.atomic
def sum_batch(batch: int, *, at: dt.datetime) -> None:
    """One batch's sums, made once: a second worker waits at the mark, and then has nothing to do."""
    _mark, is_new = SupplierBatch.objects.get_or_create(batch_id=batch, defaults={"summed_at": at})
    if not is_new:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        cursor.execute(_FILL, [batch])
        cursor.execute("SET LOCAL work_mem TO DEFAULT; SET LOCAL jit TO DEFAULT")
