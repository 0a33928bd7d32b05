/** The states of a peer, from the first dial to the end of the last connection. */
package libp2p.application.state;
