"""The processes that need the database, as words for the Python of these tests."""

PROCESSES = {
    "web": ("-m", "server.web_server"),
    "worker": (
        "-m",
        "celery",
        "--quiet",
        "-A",
        "workers.app",
        "worker",
        "--concurrency=1",
        "--without-mingle",
    ),
    "outbox_sweeper": ("-m", "workers.outbox_sweeper"),
}
