/** Networks of routers without hosts, sockets and threads: for what needs hundreds of nodes. */
package libp2p.pubsub.network;
