/** Logs of connections in the format qlog, which qvis and other tools draw. */
@org.jspecify.annotations.NullMarked
package libp2p.quic.qlog;
