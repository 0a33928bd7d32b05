/** What a node does not serve: the one interface by which all who serve or fetch content ask. */
package libp2p.ipld.policy;
