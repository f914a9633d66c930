"""Slow work of reception: files that wait for the virus scanner."""

import logging

from django.conf import settings
from django_tasks import task

from xiaoer.kernel import clock
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.db import transaction
from xiaoer.reception import actions, queries, scanning
from xiaoer.reception.actions.uploads import path_of
from xiaoer.reception.settings import SCAN_BATCH

log = logging.getLogger("xiaoer.reception")


@task()
def scan_uploads(shop_id: int) -> None:
    """The background job: every file of the shop that waits, one by one, as long as the scanner answers."""
    scan_waiting(shop_id)


def scan_waiting(shop_id: int) -> int:
    """How many were decided. The scanner is asked outside of any transaction."""
    done = 0
    if not scanning.configured():
        return done
    waiting = queries.uploads_to_scan(shop_id, SCAN_BATCH)
    for pk, key in waiting:
        try:
            verdict = scanning.ask(str(settings.SCAN), path_of(key).read_bytes())
        except FileNotFoundError:
            log.warning("the file of upload %s is gone", pk)
            verdict = scanning.Verdict(scanning.INFECTED, "file missing")
        except Exception:  # whatever the scanner's trouble is, the file stays unserved and is looked at again
            log.exception("the virus scanner gives no answer")
            break
        with transaction():
            done += actions.note_scanned(pk, verdict, by=CLOCK, at=clock.now())
    if queries.uploads_to_scan(shop_id, 1):
        with transaction():
            actions.scan_again(shop_id, at=clock.now())
    return done
