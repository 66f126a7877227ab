"""Celery as it must be set so that nothing is lost; ``docs/jobs.md`` says why."""

import pytest
from django.conf import settings

from config import celery_app


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("worker_prefetch_multiplier", 1),
        ("task_ignore_result", True),
        ("result_backend", None),
        ("task_serializer", "json"),
        ("accept_content", ["json"]),
        ("broker_connection_retry_on_startup", True),
        ("broker_connection_max_retries", None),
        ("task_always_eager", False),
        ("beat_schedule", {}),
    ],
)
def test_a_setting_is(name, value):
    assert celery_app.conf[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unacked_restore_interval", 5),
        ("unacked_restore_throttle", 1),
        ("socket_timeout", 5),
        ("socket_connect_timeout", 2),
        ("health_check_interval", 10),
    ],
)
def test_a_setting_of_the_broker_is(name, value):
    assert celery_app.conf.broker_transport_options[name] == value


def test_a_task_is_told_to_end_before_it_is_ended():
    assert 0 < celery_app.conf.task_soft_time_limit < celery_app.conf.task_time_limit


def test_a_message_is_not_given_to_another_while_its_task_may_still_run():
    visible_again = celery_app.conf.broker_transport_options["visibility_timeout"]

    assert visible_again > 2 * celery_app.conf.task_time_limit


def test_a_worker_that_must_end_at_once_lets_short_tasks_end():
    assert celery_app.conf.worker_soft_shutdown_timeout > 0


def test_the_broker_is_the_configured_redis():
    assert celery_app.conf.broker_url == settings.REDIS_URL
