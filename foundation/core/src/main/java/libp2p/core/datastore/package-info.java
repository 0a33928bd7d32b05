/** The small key-value contract that everything persistent is built on. */
package libp2p.core.datastore;
