/**
 * The storage market of Filecoin as boost 1.7.5 and go-fil-markets 1.28.3 speak it: proposals, states and asks of
 * deals, and queries about retrieval. The chain is an interface; no network of Filecoin was tried. Only a host that
 * adds {@link libp2p.filecoin.StorageClient} or {@link libp2p.filecoin.StorageProvider} itself has it. It has more than
 * 25 classes because each message of the wire is a record, and both sides read their parts, which are of this package.
 */
package libp2p.filecoin;
