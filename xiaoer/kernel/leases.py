"""A database lease with an expiry: of several nodes, the one that may do a serial job.

The holder renews it; when the holder dies, it runs out and the next node that asks has it. What is done under a lease
must still be safe when two hold it for a moment (a clock that jumps): take a row lock for what must never overlap.
"""

import os
import socket
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Q

from xiaoer.kernel.models import Lease

NODE = f"{socket.gethostname()[:32]}:{os.getpid()}:{uuid4().hex[:8]}"
"""This process."""


def hold(name: str, *, lasts: timedelta, now: datetime, holder: str = NODE) -> bool:
    """Take or renew the lease; False while another node holds it. `now` is the machine's time."""
    until = now + lasts
    mine = Lease.objects.filter(name=name).filter(Q(holder=holder) | Q(until__lte=now))
    if mine.update(holder=holder, until=until):
        return True
    Lease.objects.bulk_create([Lease(name=name, holder=holder, until=until)], ignore_conflicts=True)
    return Lease.objects.filter(name=name, holder=holder, until=until).exists()


def release(name: str, *, now: datetime, holder: str = NODE) -> None:
    """Let go at an orderly end, so that the next node need not wait for the expiry."""
    Lease.objects.filter(name=name, holder=holder).update(until=now)
