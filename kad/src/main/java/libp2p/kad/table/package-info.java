/**
 * The routing table: who is known where in the keyspace. {@link libp2p.kad.table.RoutingTable} knows neither threads
 * nor connections; what it is told is put in, what has to be checked comes out.
 */
package libp2p.kad.table;
