"""The py-libp2p peer of the interoperability tests; the command line is that of the README one folder up."""
