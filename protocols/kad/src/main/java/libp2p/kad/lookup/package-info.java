/**
 * The search for the peers closest to a key, as a state machine: {@link libp2p.kad.lookup.Lookup} takes events and
 * names the peers to ask next. It knows neither threads nor messages, so that whole networks of them run in a test.
 */
package libp2p.kad.lookup;
