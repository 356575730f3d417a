#!/bin/bash
set -eu
read -ra heap <<<"${KAFKA_HEAP_OPTS:--Xmx512m}"
exec java "${heap[@]}" -XX:TieredStopAtLevel=1 -cp '/opt/kafka/libs/*' kafka.Kafka "$@"
