"""Looking at embedded servers from outside."""

import psycopg
from psycopg import pq

from config.embedded import redis
from config.embedded.places import Home
from config.embedded.postgres import PORT, SUPERUSER


def running(home: Home) -> set[str]:
    address = f"host={home.sockets} port={PORT} user={SUPERUSER} dbname=daya"
    found = set()
    if pq.PGconn.ping(address.encode()) == pq.Ping.OK:
        found.add("postgres")
    if redis.is_running(home):
        found.add("redis")
    return found


BOTH = {"postgres", "redis"}


def query(home: Home, sql: str) -> list[tuple]:
    with psycopg.connect(
        host=str(home.sockets), port=PORT, user=SUPERUSER, dbname="daya", autocommit=True
    ) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []
