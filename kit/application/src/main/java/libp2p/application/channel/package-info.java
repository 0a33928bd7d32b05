/** Encryption of an application's own messages, beneath or instead of that of the connection. */
package libp2p.application.channel;
