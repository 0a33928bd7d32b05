/**
 * The routing table: the known peers and their places in the keyspace. {@link libp2p.kad.table.RoutingTable} knows
 * neither threads nor connections: its callers put peers in, and it names the peers that have to be checked.
 */
package libp2p.kad.table;
