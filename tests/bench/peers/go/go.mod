module taxflow.test/peer

go 1.24

require github.com/speedata/einvoice v0.0.21
