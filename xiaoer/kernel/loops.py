"""What runs beside the requests, each in its own thread: the clock loop, the worker for slow jobs, areas' own loops."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections, connection

from xiaoer.kernel import clock_loop

log = logging.getLogger("xiaoer.loops")
LOOK_FOR_JOBS = 0.5
Work = Callable[[threading.Event], None]
BESIDE: dict[str, Work] = {}


def beside(name: str) -> Callable[[Work], Work]:
    """Register a loop of an area (in its `timers.py`): `work(end)` runs until `end` is set, wherever clocks run.

    It may run in several processes at once; what it does must stand that.
    """

    def register(work: Work) -> Work:
        BESIDE[name] = work
        return work

    return register


class Loops:
    """Threads that end when asked."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(clock_loop.run_forever,), name="clock-loop", daemon=True),
            threading.Thread(target=self._keep, args=(work_off_jobs,), name="slow-jobs", daemon=True),
            *(
                threading.Thread(target=self._keep, args=(work,), name=name, daemon=True)
                for name, work in BESIDE.items()
            ),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 10) -> None:
        self._end.set()
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def wait(self) -> None:
        """For `xiaoer clock`: until interrupted."""
        while not self._end.wait(1):
            pass

    def _keep(self, work: Work) -> None:
        """A loop that throws is begun again: a server without clocks would be worse than a noisy one."""
        while not self._end.is_set():
            try:
                work(self._end)
            except Exception:
                log.exception("%s failed; beginning again", threading.current_thread().name)
                connection.close()
                self._end.wait(2)


def work_off_jobs(end: threading.Event) -> None:
    """Run queued jobs (imports) one after the other. Looking costs one read; only a waiting job takes the write lock."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    queues = settings.TASKS["default"]["QUEUES"]
    while not end.is_set():
        close_old_connections()
        if DBTaskResult.objects.ready().exists():
            Worker(
                queue_names=list(queues),
                interval=0,
                batch=True,
                backend_name="default",
                startup_delay=False,
                max_tasks=1,
                worker_id=f"serve-{threading.get_ident()}",
                excluded_queue_names=[],
            ).run()
        else:
            end.wait(LOOK_FOR_JOBS)
    connection.close()
