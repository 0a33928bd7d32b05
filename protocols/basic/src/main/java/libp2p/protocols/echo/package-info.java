/** {@code /echo/1.0.0}: returns the bytes it reads, as they come, and ends when the other side does. */
package libp2p.protocols.echo;
