#!/bin/bash
# The command's class has moved between releases.
main=org.apache.kafka.tools.BrokerApiVersionsCommand
[ -e /opt/kafka/libs/kafka-tools-4.1.0.jar ] || main=kafka.admin.BrokerApiVersionsCommand
exec java -Xmx128m -XX:TieredStopAtLevel=1 -cp '/opt/kafka/libs/*' "$main" "$@"
