/**
 * Mplex, {@code /mplex/6.7.0} (libp2p specification, mplex): deprecated there, because a stream has no flow control. It
 * is here for peers that know nothing better, and should be offered last.
 *
 * <p>A stream whose reader falls more than 4 MiB behind is reset, so that the others go on. Ends the connection: a
 * message above 1 MiB, a name above 1 KiB, a varint that is not minimal or longer than 9 bytes, an unknown flag, a
 * close or reset with a body, a stream that is opened twice. Resets carry no codes, and a closing connection says
 * nothing.
 */
package libp2p.muxers.mplex;
