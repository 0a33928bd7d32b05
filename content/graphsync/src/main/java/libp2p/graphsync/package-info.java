/**
 * <a href="https://github.com/ipld/specs/blob/master/block-layer/graphsync/graphsync.md">GraphSync</a> 2.0: DAGs by
 * selectors.
 */
package libp2p.graphsync;
