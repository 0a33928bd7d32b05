/** The contract between the transport and an implementation of QUIC. */
package libp2p.transports.quic.engine;
