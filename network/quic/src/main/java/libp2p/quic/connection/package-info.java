/**
 * One connection as a state machine (RFC 9000): datagrams and the time go in, datagrams and the next time come out. It
 * has no socket, clock or thread; the computations of the handshake are handed out as work, so that they can be done
 * elsewhere. There are more than 25 classes because all of them share the state, and the lock, of one connection.
 */
package libp2p.quic.connection;
