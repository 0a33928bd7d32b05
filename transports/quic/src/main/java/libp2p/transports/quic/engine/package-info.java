/** What the transport needs of an implementation of QUIC, so that one can take the place of another. */
package libp2p.transports.quic.engine;
