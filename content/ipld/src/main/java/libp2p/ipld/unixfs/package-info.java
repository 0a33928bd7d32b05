/** UnixFS version 1: files, directories and symbolic links as DAG-PB and raw blocks. */
package libp2p.ipld.unixfs;
