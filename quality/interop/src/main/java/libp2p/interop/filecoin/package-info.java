/** The storage market of Filecoin with the Go side of boost's types. */
package libp2p.interop.filecoin;
