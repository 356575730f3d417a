#!/bin/bash
set -eu
case $1 in
start-foreground) exec java -Xmx256m -cp '/apache-zookeeper/lib/*' org.apache.zookeeper.server.quorum.QuorumPeerMain /conf/zoo.cfg ;;
status) exec java -Xmx64m -cp '/apache-zookeeper/lib/*' org.apache.zookeeper.client.FourLetterWordMain localhost 2181 srvr ;;
esac
