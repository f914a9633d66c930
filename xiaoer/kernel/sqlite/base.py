"""Django's SQLite backend, with writers of one process taking turns on one lock (see kernel/db.py)."""

from typing import Any

from django.db.backends.sqlite3 import base

from xiaoer.kernel.db import WRITE_LOCK, pragmas


class DatabaseWrapper(base.DatabaseWrapper):
    """Every transaction is IMMEDIATE, so it is a write transaction: the lock is taken before BEGIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds_lock = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        if told := pragmas():
            made.execute(told)
        return made

    def _start_transaction_under_autocommit(self) -> None:
        WRITE_LOCK.acquire()
        self._holds_lock = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._release()
            raise

    def _release(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            WRITE_LOCK.release()

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._release()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release()
