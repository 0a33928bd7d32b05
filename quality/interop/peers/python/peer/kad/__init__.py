"""A py-libp2p node with a DHT, for the tests of quality/interop/kad."""
