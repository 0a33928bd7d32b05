/** The suite for datastores. */
package libp2p.contracts.datastore;
