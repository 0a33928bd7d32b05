/**
 * The search for what is closest to a key, as a state machine: {@link libp2p.kad.lookup.Lookup} is told what happens
 * and says whom to ask next. It knows neither threads nor messages, so that whole networks of them run in a test.
 */
package libp2p.kad.lookup;
