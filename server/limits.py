"""The limits of the web server, for one client and for all together. Sizes in bytes, times in seconds."""

HEAD_BYTES = 16_384
"""of the request line and all headers; a request of the carrier has about 1,000"""
MOST_HEADERS = 128
BODY_BYTES = 65_536
REQUEST_BYTES = 131_072
"""of a whole request as it is sent, with what surrounds the chunks of its body"""
UPLOAD_PATHS = frozenset({b"/console/directory/import", b"/console/wordings/audio"})
"""the pages that take a large body: a directory file, and an audio file"""
UPLOAD_BYTES = 8_200_000
"""of the body of an upload"""
UPLOAD_SECONDS = 60.0
"""for an upload in place of REQUEST_SECONDS"""
MOST_UPLOADS = 4
"""at a time; one more is answered with 503"""
REQUEST_SECONDS = 5.0
"""from the first byte of a request to its last"""
KEEP_ALIVE_SECONDS = 75
"""for a request to begin, the first one or the next: longer than a proxy keeps its connections"""
ANSWER_SECONDS = 30.0
"""for the client to take what we have sent"""
LINGER_SECONDS = 1.0
"""in which a refused client can read why; closed at once, what it still sends would reset the connection"""
MOST_PIPELINED = 8
"""requests on one connection that wait for the answer to the first; at more it ends. No client we know sends any so"""
MOST_WAITING = 512
"""connections without a whole request; one more, and the one that has waited longest is closed"""
MOST_CONNECTIONS = 2_048
"""at more, a request is answered with 503"""
OPEN_FILES = 4_096
"""that the process may have, where the system lets it: connections, and what the application opens"""
BACKLOG = 1_024
"""connections that wait for us to take them; the carrier opens several for each call"""
STOP_SECONDS = 5
"""in which requests are finished when the server is asked to stop"""
