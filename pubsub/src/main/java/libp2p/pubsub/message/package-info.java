/** Who may write a message and by what it is known: signing policies and message ids. */
package libp2p.pubsub.message;
