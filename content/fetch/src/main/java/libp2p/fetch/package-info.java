/**
 * Getting the blocks of a DAG from wherever they come fastest: the store, Bitswap, trustless gateways. Sources are
 * raced by what really happened with them.
 */
package libp2p.fetch;
