/** Walks over the blocks of a DAG, and paths through it, within budgets. */
package libp2p.ipld.traversal;
