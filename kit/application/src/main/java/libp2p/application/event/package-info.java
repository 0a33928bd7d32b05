/** An application that is driven by events: peers that come and go, messages of topics, errors of the network. */
package libp2p.application.event;
