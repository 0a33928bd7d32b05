/** The JDK's providers as engine. */
package libp2p.crypto.engine.jdk;
