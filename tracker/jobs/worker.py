"""The scheduler's process: waits to be the one that works, then looks every minute for what is missing."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Sequence
from datetime import datetime
from threading import Event, Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.db import db
from tracker.jobs.leader import LeaderLock, leader_lock
from tracker.jobs.ledger import run_missing
from tracker.jobs.run import Job, Lane
from tracker.jobs.schedule import JOBS

log = logging.getLogger("cumple.jobs")
STANDBY_SECONDS = 0.25
WATCH_SECONDS = 1.0
# A stop waits this long for what is under way; what is not done by then is taken over after its lease.
GRACE_SECONDS = 1.0


class Worker:
    """One process of the scheduler; `stop` may be set from a signal handler."""

    def __init__(self, app: Flask, jobs: Sequence[Job] = JOBS) -> None:
        self.app = app
        self.jobs = jobs
        self.stop = Event()
        self.busy = {lane: Lock() for lane in Lane}

    def work(self) -> bool:
        """Until stopped: wait for the lock, work while it is held. False where a job is still under way."""
        # What the program itself is made of is never garbage: looking through it took a third of each plan.
        gc.freeze()
        with self.app.app_context():
            lock = leader_lock(self.app)
            while self._wait_for(lock):
                log.info("this process runs the jobs")
                scheduler = self._start()
                try:
                    while not self.stop.wait(WATCH_SECONDS) and lock.is_held():
                        pass
                finally:
                    scheduler.shutdown(wait=False)
                if self.stop.is_set():
                    idle = self._wait_until_idle()
                    lock.release()
                    return idle
                log.error("the lock was lost; waiting for it again")
                while not self._wait_until_idle() and not self.stop.is_set():
                    pass
            return True

    def _wait_for(self, lock: LeaderLock) -> bool:
        """True once the lock is ours, False when asked to stop first."""
        said = False
        while not self.stop.is_set():
            try:
                if lock.acquire():
                    return True
            except SQLAlchemyError as error:
                log.error("the database does not answer: %s", error)
                self.stop.wait(WATCH_SECONDS)
            if not said:
                log.info("another process runs the jobs; standing by")
                said = True
            self.stop.wait(STANDBY_SECONDS)
        return False

    def _start(self) -> BackgroundScheduler:
        """Every lane at once, and at every minute; a late minute is run once, never beside itself."""
        scheduler = BackgroundScheduler(
            timezone=self.app.config["TIMEZONE"],
            executors={"default": ThreadPoolExecutor(len(Lane))},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        for lane in Lane:
            scheduler.add_job(
                self.tick, CronTrigger(second=0), args=[lane], id=lane.value, next_run_time=self._now()
            )
        scheduler.start()
        return scheduler

    @staticmethod
    def _now() -> datetime:
        return clock.now()

    def tick(self, lane: Lane) -> None:
        """Look at each job of a lane, in the order of the table, and run what is missing."""
        with self.busy[lane], self.app.app_context():
            for job in self.jobs:
                if job.lane is lane and not self.stop.is_set():
                    self._look_at(job)

    def _look_at(self, job: Job) -> None:
        try:
            run_missing(self.app, job, self.stop)
        except Exception:
            # The ledger itself could not be written: the next minute tries again.
            log.exception("%s could not be looked at", job.name)
        finally:
            db.session.remove()

    def _wait_until_idle(self) -> bool:
        """Whether every lane came to rest within the grace."""
        deadline = time.monotonic() + GRACE_SECONDS
        for lock in self.busy.values():
            if not lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
                return False
            lock.release()
        return True
