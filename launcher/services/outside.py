"""Checks the servers that DATABASE_URL and REDIS_URL name. Run by `.venv`'s Python, as a script.

Prints {"missing": [sentence …], "warnings": [sentence …], "postgres": major version or null} as
JSON on standard output.
"""

import json
import os
import sys

import psycopg
import redis

OLDEST_POSTGRES = 140_000
OLDEST_REDIS = (6, 2)
EXTENSIONS = ("postgis", "unaccent", "btree_gist", "pg_trgm")


def check_database(url: str, purpose: str) -> tuple[list[str], int | None]:
    """Return (what the PostgreSQL server lacks, one sentence each; its major version).

    purpose: `look` leaves everything as it is, `test` asks for the right to create databases; all
    others create the extensions that are missing.
    """
    if _scheme(url) != "postgresql":
        return ["DATABASE_URL: it must begin with postgresql://"], None
    try:
        connection = psycopg.connect(_for_libpq(url), connect_timeout=10, autocommit=True)
    except (psycopg.Error, UnicodeError) as error:
        lines = str(error).strip().splitlines() or ["no reason given"]
        return [f"DATABASE_URL: no connection to {_place(url)}: {lines[0]}"], None
    with connection:
        return _lacking(connection, purpose), connection.info.server_version // 10_000


def _lacking(connection: psycopg.Connection[tuple[object, ...]], purpose: str) -> list[str]:
    version = connection.info.server_version
    if version < OLDEST_POSTGRES:
        name = f"{version // 10_000}.{version % 10_000}"
        return [f"DATABASE_URL: PostgreSQL {name} is too old; 14 or newer is needed."]
    if purpose == "test":
        return _rights_for_tests(connection)
    missing = _encoding(connection) + _rights_in_schema(connection)
    return missing + _extensions(connection, keep=purpose != "look")


def check_redis(url: str, purpose: str) -> tuple[list[str], list[str]]:
    """Return (what the Redis server lacks, what is unwise about it)."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            server = client.info("server")
            memory = client.info("memory")
            persistence = client.info("persistence")
    except (redis.AuthenticationError, redis.ResponseError, ValueError) as error:
        return [f"REDIS_URL: {_place(url)} refuses us: {error}"], []
    except (redis.RedisError, OSError) as error:
        silent = f"REDIS_URL: no answer from {_place(url)}: {error}"
        if purpose == "test":
            return [silent], []
        return [], [f"{silent} Going on without it: the schedule's sweeps do its work."]
    version = str(server["redis_version"])
    parts = tuple(int(part) for part in version.split(".")[:2])
    if parts < OLDEST_REDIS:
        return [f"REDIS_URL: Redis {version} is too old; 6.2 or newer is needed."], []
    warnings = []
    if memory.get("maxmemory_policy", "noeviction") != "noeviction":
        warnings.append("REDIS_URL: maxmemory-policy should be noeviction.")
    if not persistence.get("aof_enabled"):
        warnings.append("REDIS_URL: appendonly should be yes (sweeps replace what it forgets).")
    return [], warnings


def _encoding(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    row = connection.execute("SHOW server_encoding").fetchone()
    if row is None or row[0] != "UTF8":
        return ["DATABASE_URL: the database must have the encoding UTF8."]
    return []


def _rights_in_schema(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    row = connection.execute("SELECT has_schema_privilege('public', 'CREATE')").fetchone()
    if row is None or not row[0]:
        user = connection.info.user
        return [f"DATABASE_URL: {user} may not create tables: GRANT CREATE ON SCHEMA public."]
    return []


def _rights_for_tests(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    row = connection.execute(
        "SELECT rolsuper, rolcreatedb, (SELECT count(*) FROM pg_available_extensions"
        " WHERE name = ANY(%s)) FROM pg_roles WHERE rolname = current_user",
        (list(EXTENSIONS),),
    ).fetchone()
    if row is None or not (row[0] or row[1]):
        return ["DATABASE_URL: tests create databases; the role needs CREATEDB or SUPERUSER."]
    if row[2] != len(EXTENSIONS):
        return [f"DATABASE_URL: the server must offer the extensions {', '.join(EXTENSIONS)}."]
    return []


def _extensions(connection: psycopg.Connection[tuple[object, ...]], *, keep: bool) -> list[str]:
    """Create the extensions that are missing; say which of them we cannot create, and why.

    keep: let them stay. Otherwise they are only tried.
    """
    offered = _names(connection, "SELECT name FROM pg_available_extensions")
    present = _names(connection, "SELECT extname FROM pg_extension")
    wanted = [name for name in EXTENSIONS if name not in present]
    absent = [name for name in wanted if name not in offered]
    if absent:
        package = f"postgresql-{connection.info.server_version // 10_000}-postgis-3"
        what = ", ".join(absent)
        return [f"DATABASE_URL: the server offers no {what}; on Debian install {package} there."]
    refused = []
    for name in wanted:
        try:
            with connection.transaction(force_rollback=not keep):
                connection.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}"'.encode())
        except psycopg.Error:
            refused.append(name)
    if refused:
        lines = " ".join(f"CREATE EXTENSION {name};" for name in refused)
        database = connection.info.dbname
        return [f"DATABASE_URL: a superuser must run in the database {database}: {lines}"]
    return []


def _names(connection: psycopg.Connection[tuple[object, ...]], query: str) -> set[str]:
    return {str(row[0]) for row in connection.execute(query.encode())}


def _for_libpq(url: str) -> str:
    return f"{_scheme(url)}://{url.partition('://')[2]}"


def _scheme(url: str) -> str:
    """Return what stands before `://`, without the driver that SQLAlchemy wants there."""
    return url.partition("://")[0].partition("+")[0]


def _place(url: str) -> str:
    """Return where the URL leads, without its password."""
    address = url.partition("://")[2].partition("?")[0]
    return address.rpartition("@")[2] or "the given address"


def main() -> None:
    """Check what the environment names."""
    missing: list[str] = []
    warnings: list[str] = []
    postgres = None
    if url := os.environ.get("DATABASE_URL", ""):
        lacking, postgres = check_database(url, sys.argv[1])
        missing += lacking
    if url := os.environ.get("REDIS_URL", ""):
        lacking, warnings = check_redis(url, sys.argv[1])
        missing += lacking
    print(json.dumps({"missing": missing, "warnings": warnings, "postgres": postgres}))


if __name__ == "__main__":
    main()
