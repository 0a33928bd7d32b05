/** The codecs of IPLD: strict DAG-CBOR, DAG-PB, DAG-JSON and raw. */
package libp2p.ipld.codec;
