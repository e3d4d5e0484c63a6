"""What stands around the daemon: its log, metrics, page, messages, and what it tells systemd."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sheetsync.config.model import Config
from sheetsync.daemon_events import Bus, DaemonState, Event, Reloaded, Trouble
from sheetsync.ledger.ledger import Ledger
from sheetsync.notify.notifier import Notifier
from sheetsync.observe import logs, systemd
from sheetsync.observe.budgets import Budgets, unknown
from sheetsync.observe.events import Chronicle
from sheetsync.observe.metrics import Metrics
from sheetsync.observe.redaction import Redactor
from sheetsync.web.app import application
from sheetsync.web.curves import Curves
from sheetsync.web.guard import Lock
from sheetsync.web.live import Live
from sheetsync.web.pages import Pages, environment
from sheetsync.web.server import ListenError, Server


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was started. `page` is where a browser finds the page, empty when there is none."""

    metrics: Metrics
    page: str


@contextmanager
def attach(
    state: DaemonState,
    bus: Bus,
    ledger: Ledger,
    config: Config,
    *,
    budgets: Budgets = unknown,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Surroundings]:
    """Start all of it for a daemon, before its first event, and end it with the block.

    Settings of serve: hold until the end; those of notify: follow the configuration.

    Raises:
        ListenError: the page cannot be where serve.listen says. Without that setting the daemon goes on without page.
    """
    redact = Redactor()
    redact.learn(config)
    with ExitStack() as stack:
        log = stack.enter_context(logs.lines(config.serve.log_format, redact, environ))
        stack.callback(bus.subscribe(_learning(redact)))
        stack.callback(bus.subscribe(Chronicle(log)))
        metrics = Metrics(state, ledger, budgets)
        stack.callback(bus.subscribe(metrics))
        _notify(stack, bus, ledger, config, redact)
        pages = Pages(
            state=state,
            ledger=ledger,
            metrics=metrics,
            budgets=budgets,
            lock=Lock(config.serve.place, config.serve.token),
            live=Live(),
            curves=Curves(ledger),
            redact=redact,
            clock=bus.clock,
            templates=environment(),
        )
        page = _page(stack, bus, pages, config, log)
        _systemd(stack, state, bus, ledger, environ)
        yield Surroundings(metrics, page)


def _learning(redact: Redactor) -> Callable[[Event], None]:
    def learn(event: Event) -> None:
        if isinstance(event, Reloaded):
            redact.learn(event.config)

    return learn


def _notify(stack: ExitStack, bus: Bus, ledger: Ledger, config: Config, redact: Redactor) -> None:
    def trouble(what: str, error: BaseException | None) -> None:
        bus.publish(Trouble(bus.clock(), what, error))

    notifier = Notifier(config, ledger, redact, trouble)
    notifier.start()
    stack.callback(notifier.close)
    stack.callback(bus.subscribe(notifier))


def _page(stack: ExitStack, bus: Bus, pages: Pages, config: Config, log: Any) -> str:
    place = config.serve.place
    if place.nowhere:
        return ""
    try:
        server = Server(application(pages), place, pages.live)
    except ListenError as error:
        if config.serve.listen is not None:
            raise
        log.warning("there is no status page", action="no_page", error=error.message, todo=error.todo)
        return ""
    server.start()
    stack.callback(server.stop)
    for listener in (pages.curves, pages.live):
        stack.callback(bus.subscribe(listener))
    log.info("the status page is up", action="page", address=server.address)
    return server.address


def _systemd(stack: ExitStack, state: DaemonState, bus: Bus, ledger: Ledger, environ: Mapping[str, str]) -> None:
    own = systemd.Systemd.of(environ)
    stack.callback(bus.subscribe(systemd.Reporter(own, state)))
    watchdog = systemd.watchdog(state, ledger, environ)
    if watchdog is not None:
        watchdog.start()
        stack.callback(watchdog.stop)
