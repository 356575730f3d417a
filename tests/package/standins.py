"""Images under the names that the Dockerfile and the compose files use: the public ones, else made here from Debian's and Maven's packages."""
import pathlib
import re
import shutil
import sys
import tempfile

import roots
from engine import PROJECT

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "services"))
import fetch  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent / "standins"
KAFKA, KAFKA_ZOOKEEPER = "apache/kafka:4.1.0", "apache/kafka:3.9.1"
ZOOKEEPER, REDIS, JAEGER = "zookeeper:3.9", "redis:8", "jaegertracing/all-in-one:1.76.0"
PULL_S = 600


def older_kafka():
    return fetch.jars("kafka-zookeeper", HERE / "kafka-zookeeper.pom.xml")


# Folder below standins, and what is laid beside its Dockerfile.
MADE_OF = {KAFKA: ("kafka", "jars", fetch.kafka), KAFKA_ZOOKEEPER: ("kafka", "jars", older_kafka), ZOOKEEPER: ("zookeeper", "jars", older_kafka),
           REDIS: ("redis", None, None), JAEGER: ("jaeger", "all-in-one", fetch.jaeger)}


def debian(engine, release):
    """The image that the Dockerfile and the stand-ins begin with."""
    name = f"debian:{release}-slim"
    if not present(engine, name):
        engine.docker("import", roots.packed(release), name)
    return name


def present(engine, name):
    """Whether the engine has it or a registry gave it."""
    return engine.inspect(name) is not None or engine.ask("pull", "-q", name, seconds=PULL_S)[0] == 0


def provide(engine, name):
    """Whether a stand-in had to be made."""
    if present(engine, name):
        return False
    folder, beside, find = MADE_OF[name]
    debian(engine, "trixie")
    with tempfile.TemporaryDirectory(prefix="taxflow-image-") as made:
        context = shutil.copytree(HERE / folder, pathlib.Path(made) / "context")
        if beside:
            found = find()
            (shutil.copytree if found.is_dir() else shutil.copy2)(found, context / beside)
        # The host's network: a build fetches packages by whatever way this machine does.
        engine.docker("build", "--network", "host", "-t", name, context)
    return True


def other_compose(engine, folder):
    """The command of Debian 13's compose v2 in a container, for a project in folder; None where it cannot reach the engine from there."""
    path = engine.socket()
    if not path:
        return None
    image = f"{PROJECT}-compose"
    debian(engine, "trixie")
    engine.docker("build", "--network", "host", "-t", image, HERE / "compose")
    return [engine.client, "run", "--rm", "-v", f"{path}:/var/run/docker.sock", "-v", f"{folder}:{folder}:ro", "-w", folder,
            "-e", f"COMPOSE_PROJECT_NAME={PROJECT}", image]


def named_in(*files):
    """The images of compose files."""
    return sorted({name for file in files for name in re.findall(r"^    image: (\S+)$", file.read_text(encoding="utf-8"), re.M)})
